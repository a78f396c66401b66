"""The edges that are Amazon Web Services; the only place that knows botocore."""
