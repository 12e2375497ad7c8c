"""OpenLDAP with the password policy overlay (slapo-ppolicy)."""
