"""HTTP request → Question → Answer | Abstention → response: the service that everything else talks to."""
