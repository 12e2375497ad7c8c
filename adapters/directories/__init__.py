"""Directories that live elsewhere: each kind in a folder of its own, all of LDAP in `ldap`."""
