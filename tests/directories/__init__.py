"""What each directory does beyond the contract that all keep, over real servers."""
