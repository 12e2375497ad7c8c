"""Active Directory, as its domain controllers speak it over LDAPS (Windows Server, and Samba)."""
