"""Evidence bundles: a stored run and its verdicts in one zip that is signed, sent, and verified offline."""
