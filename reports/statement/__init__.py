"""The conformance statement: what an assessor reads and signs, as a page and as a PDF."""
