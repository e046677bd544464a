"""HTTP as it is: requests, answers, connections, addresses. Nothing here knows the standard."""
