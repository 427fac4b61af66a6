terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.32"
    }
  }
}

variable "region" {
  description = "Where to deploy."
  type        = string
}

variable "issuer" {
  description = "The iss of the tokens, for a user pool https://cognito-idp.REGION.amazonaws.com/POOL."
  type        = string
}

variable "audience" {
  description = "The app client whose tokens are accepted."
  type        = string
}

variable "architecture" {
  description = "What deploy/bundle built the program for: arm64 or x86_64."
  type        = string
  default     = "arm64"
}

provider "aws" {
  region = var.region
}

data "aws_partition" "current" {}

resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "PK"
  range_key    = "SK"

  attribute {
    name = "PK"
    type = "S"
  }

  attribute {
    name = "SK"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_api_gateway_rest_api" "orders" {
  name = "orders"

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

module "keybound" {
  source = "../"

  bundle                 = "${path.module}/../../../target/bundle"
  architecture           = var.architecture
  rest_api_id            = aws_api_gateway_rest_api.orders.id
  rest_api_execution_arn = aws_api_gateway_rest_api.orders.execution_arn

  environment = {
    ISSUER       = var.issuer
    AUDIENCE     = var.audience
    ORDERS_TABLE = aws_dynamodb_table.orders.name
  }
}

# What API Gateway calls DynamoDB as, for every caller alike. It cannot tell tenants apart, so it only bounds what a
# wrong template could do: three actions, one table, partition keys of tenants, no Scan.
resource "aws_iam_role" "orders_api" {
  name = "orders-api"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "apigateway.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "orders_api" {
  name = "orders"
  role = aws_iam_role.orders_api.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]
      Resource = aws_dynamodb_table.orders.arn
      Condition = {
        "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = ["TENANT#*"] }
        # ForAllValues is true of no value at all, so a request must have one.
        Null = { "dynamodb:LeadingKeys" = "false" }
      }
    }]
  })
}
