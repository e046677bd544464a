"""What passed between a consumer and others, stored and read again: our own record, or an HTTP archive (HAR)."""
