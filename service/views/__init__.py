"""Pages of the service desk, of stations and technicians, and the customer's own."""
