"""Directories: the systems that own accounts and their passwords."""
