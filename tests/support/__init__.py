"""What tests of several folders use. What those of one folder use lies beside them."""
