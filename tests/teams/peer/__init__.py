"""What npm packages say of our cards and of the app's package."""
