"""What OpenLDAP does beyond the contract that all directories keep, on a real server."""
