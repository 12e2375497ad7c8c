"""What each directory does beyond the contract, on real servers."""
