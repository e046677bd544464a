"""The Spine Directory Service (SDS) of the world: LDAP, with what leads from an ASID to a service root."""
