"""Entra ID by Microsoft Graph, app-only: new passwords for the accounts that live in the cloud alone."""
