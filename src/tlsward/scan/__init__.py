"""Strategy meets network: plans run over a driver, and what they find becomes a ScanResult."""
