"""The appointment registry: pointers that say which provider holds an appointment for which patient."""
