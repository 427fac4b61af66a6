output "authorizer_id" {
  description = "For authorizer_id of the methods, with authorization = \"CUSTOM\"."
  value       = aws_api_gateway_authorizer.this.id
}

output "function_arn" {
  description = "The function."
  value       = aws_lambda_function.this.arn
}

output "function_name" {
  description = "The function's name."
  value       = aws_lambda_function.this.function_name
}

output "log_group_name" {
  description = "Where the function logs."
  value       = aws_cloudwatch_log_group.this.name
}
