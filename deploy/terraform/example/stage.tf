# The service's own texts tell a stranger which policy refused, and which routes there are.
resource "aws_api_gateway_gateway_response" "this" {
  for_each = {
    UNAUTHORIZED                   = { status = "401", message = "unauthorized" }
    ACCESS_DENIED                  = { status = "403", message = "forbidden" }
    MISSING_AUTHENTICATION_TOKEN   = { status = "404", message = "not found" }
    AUTHORIZER_FAILURE             = { status = "500", message = "the request failed" }
    AUTHORIZER_CONFIGURATION_ERROR = { status = "500", message = "the request failed" }
  }

  rest_api_id         = aws_api_gateway_rest_api.orders.id
  response_type       = each.key
  status_code         = each.value.status
  response_templates  = { "application/json" = jsonencode({ message = each.value.message }) }
  response_parameters = each.value.status == "401" ? { "gatewayresponse.header.WWW-Authenticate" = "'Bearer'" } : {}
}

resource "aws_api_gateway_deployment" "orders" {
  rest_api_id = aws_api_gateway_rest_api.orders.id

  triggers = {
    change = sha1(jsonencode([
      aws_api_gateway_method.list,
      aws_api_gateway_method.get,
      aws_api_gateway_method.put,
      aws_api_gateway_integration.list,
      aws_api_gateway_integration.get,
      aws_api_gateway_integration.put,
      aws_api_gateway_integration_response.list,
      aws_api_gateway_integration_response.get,
      aws_api_gateway_integration_response.put,
      aws_api_gateway_integration_response.error,
      aws_api_gateway_gateway_response.this,
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "prod" {
  rest_api_id   = aws_api_gateway_rest_api.orders.id
  deployment_id = aws_api_gateway_deployment.orders.id
  stage_name    = "prod"
}

# Refused tokens are not cached: each runs the authorizer. This bounds how often.
resource "aws_api_gateway_method_settings" "prod" {
  rest_api_id = aws_api_gateway_rest_api.orders.id
  stage_name  = aws_api_gateway_stage.prod.stage_name
  method_path = "*/*"

  settings {
    throttling_rate_limit  = 100
    throttling_burst_limit = 200
  }
}

output "url" {
  description = "Where the API is."
  value       = aws_api_gateway_stage.prod.invoke_url
}

output "api_and_stage" {
  description = "The API and stage as authorizer.apis of keybound.yaml names them."
  value       = "${aws_api_gateway_rest_api.orders.id}/${aws_api_gateway_stage.prod.stage_name}"
}
