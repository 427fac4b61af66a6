data "archive_file" "bundle" {
  type             = "zip"
  source_dir       = var.bundle
  output_path      = "${path.root}/.terraform/${var.name}.zip"
  output_file_mode = "0755"
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
}

# The authorizer reads no table and calls no other service: it may write its log, and nothing else.
resource "aws_iam_role" "this" {
  name = var.name

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "logs" {
  name = "logs"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.this.arn}:*"
    }]
  })
}

resource "aws_lambda_function" "this" {
  function_name                  = var.name
  filename                       = data.archive_file.bundle.output_path
  source_code_hash               = data.archive_file.bundle.output_base64sha256
  handler                        = "bootstrap"
  runtime                        = "provided.al2023"
  architectures                  = [var.architecture]
  memory_size                    = var.memory_size
  timeout                        = var.timeout
  reserved_concurrent_executions = var.reserved_concurrency
  role                           = aws_iam_role.this.arn

  environment {
    variables = var.environment
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  depends_on = [aws_iam_role_policy.logs]
}

# TOKEN: the function is given the header and the API's address, nothing else of the request, and the cache's key is the
# header. So a cached policy cannot rest on something that the next request does not have. The policy follows from the
# token and the rules alone and names every route that the caller has, so it is right for every request with this token.
resource "aws_api_gateway_authorizer" "this" {
  name                             = var.name
  rest_api_id                      = var.rest_api_id
  type                             = "TOKEN"
  authorizer_uri                   = aws_lambda_function.this.invoke_arn
  identity_source                  = "method.request.header.Authorization"
  identity_validation_expression   = var.identity_validation_expression
  authorizer_result_ttl_in_seconds = var.cache_seconds
}

resource "aws_lambda_permission" "this" {
  statement_id  = "api-gateway"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${var.rest_api_execution_arn}/authorizers/${aws_api_gateway_authorizer.this.id}"
}
