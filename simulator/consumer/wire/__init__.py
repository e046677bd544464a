"""The calls that the desk makes: DoS, SDS, providers (through the proxy), registry."""
