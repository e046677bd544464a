"""The reports that the standard asks of a provider (rep-prov-01 to 05), out of its records and its audit trail."""
