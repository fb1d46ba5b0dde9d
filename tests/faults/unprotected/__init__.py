"""The mall without what protects readers of replicas: controls show that the tests would notice."""
