"""What people type on the service desk and at jobs."""
