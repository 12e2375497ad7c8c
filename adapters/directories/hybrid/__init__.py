"""Two directories that are one company's: one on premises, and its copies in a cloud."""
