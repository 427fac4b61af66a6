//! The DynamoDB request model.
