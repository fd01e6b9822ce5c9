"""What is reached over HTTP: webhooks of the marketplaces, and whether the daemon is well."""
