locals {
  templates = "${path.module}/../../orders"
  dynamodb  = "arn:${data.aws_partition.current.partition}:apigateway:${var.region}:dynamodb:action"
  names     = { OrdersTable = aws_dynamodb_table.orders.name }

  methods = {
    list = aws_api_gateway_method.list
    get  = aws_api_gateway_method.get
    put  = aws_api_gateway_method.put
  }
}

resource "aws_api_gateway_resource" "orders" {
  rest_api_id = aws_api_gateway_rest_api.orders.id
  parent_id   = aws_api_gateway_rest_api.orders.root_resource_id
  path_part   = "orders"
}

resource "aws_api_gateway_resource" "order" {
  rest_api_id = aws_api_gateway_rest_api.orders.id
  parent_id   = aws_api_gateway_resource.orders.id
  path_part   = "{orderId}"
}

# GET /orders

resource "aws_api_gateway_method" "list" {
  rest_api_id   = aws_api_gateway_rest_api.orders.id
  resource_id   = aws_api_gateway_resource.orders.id
  http_method   = "GET"
  authorization = "CUSTOM"
  authorizer_id = module.keybound.authorizer_id
}

resource "aws_api_gateway_integration" "list" {
  rest_api_id             = aws_api_gateway_rest_api.orders.id
  resource_id             = aws_api_gateway_resource.orders.id
  http_method             = aws_api_gateway_method.list.http_method
  type                    = "AWS"
  integration_http_method = "POST"
  uri                     = "${local.dynamodb}/Query"
  credentials             = aws_iam_role.orders_api.arn
  passthrough_behavior    = "NEVER"

  request_templates = {
    "application/json" = templatefile("${local.templates}/list-orders.request.vtl", local.names)
  }
}

resource "aws_api_gateway_integration_response" "list" {
  rest_api_id       = aws_api_gateway_rest_api.orders.id
  resource_id       = aws_api_gateway_resource.orders.id
  http_method       = aws_api_gateway_integration.list.http_method
  status_code       = aws_api_gateway_method_response.ok["list"].status_code
  selection_pattern = "200"

  response_templates = {
    "application/json" = file("${local.templates}/list-orders.response.vtl")
  }
}

# GET /orders/{orderId}

resource "aws_api_gateway_method" "get" {
  rest_api_id   = aws_api_gateway_rest_api.orders.id
  resource_id   = aws_api_gateway_resource.order.id
  http_method   = "GET"
  authorization = "CUSTOM"
  authorizer_id = module.keybound.authorizer_id
}

resource "aws_api_gateway_integration" "get" {
  rest_api_id             = aws_api_gateway_rest_api.orders.id
  resource_id             = aws_api_gateway_resource.order.id
  http_method             = aws_api_gateway_method.get.http_method
  type                    = "AWS"
  integration_http_method = "POST"
  uri                     = "${local.dynamodb}/GetItem"
  credentials             = aws_iam_role.orders_api.arn
  passthrough_behavior    = "NEVER"

  request_templates = {
    "application/json" = templatefile("${local.templates}/get-order.request.vtl", local.names)
  }
}

resource "aws_api_gateway_integration_response" "get" {
  rest_api_id       = aws_api_gateway_rest_api.orders.id
  resource_id       = aws_api_gateway_resource.order.id
  http_method       = aws_api_gateway_integration.get.http_method
  status_code       = aws_api_gateway_method_response.ok["get"].status_code
  selection_pattern = "200"

  response_templates = {
    "application/json" = file("${local.templates}/get-order.response.vtl")
  }
}

# PUT /orders/{orderId}

resource "aws_api_gateway_method" "put" {
  rest_api_id   = aws_api_gateway_rest_api.orders.id
  resource_id   = aws_api_gateway_resource.order.id
  http_method   = "PUT"
  authorization = "CUSTOM"
  authorizer_id = module.keybound.authorizer_id
}

resource "aws_api_gateway_integration" "put" {
  rest_api_id             = aws_api_gateway_rest_api.orders.id
  resource_id             = aws_api_gateway_resource.order.id
  http_method             = aws_api_gateway_method.put.http_method
  type                    = "AWS"
  integration_http_method = "POST"
  uri                     = "${local.dynamodb}/PutItem"
  credentials             = aws_iam_role.orders_api.arn
  passthrough_behavior    = "NEVER"

  request_templates = {
    "application/json" = templatefile("${local.templates}/put-order.request.vtl", local.names)
  }
}

resource "aws_api_gateway_integration_response" "put" {
  rest_api_id       = aws_api_gateway_rest_api.orders.id
  resource_id       = aws_api_gateway_resource.order.id
  http_method       = aws_api_gateway_integration.put.http_method
  status_code       = aws_api_gateway_method_response.ok["put"].status_code
  selection_pattern = "200"

  response_templates = {
    "application/json" = "{}"
  }
}

# What else DynamoDB answers, on every route alike

resource "aws_api_gateway_method_response" "ok" {
  for_each = local.methods

  rest_api_id = each.value.rest_api_id
  resource_id = each.value.resource_id
  http_method = each.value.http_method
  status_code = "200"
}

resource "aws_api_gateway_method_response" "error" {
  for_each = local.methods

  rest_api_id = each.value.rest_api_id
  resource_id = each.value.resource_id
  http_method = each.value.http_method
  status_code = "500"
}

resource "aws_api_gateway_integration_response" "error" {
  for_each = local.methods

  rest_api_id = each.value.rest_api_id
  resource_id = each.value.resource_id
  http_method = each.value.http_method
  status_code = aws_api_gateway_method_response.error[each.key].status_code

  response_templates = {
    "application/json" = file("${local.templates}/error.response.vtl")
  }

  depends_on = [
    aws_api_gateway_integration.list,
    aws_api_gateway_integration.get,
    aws_api_gateway_integration.put,
  ]
}
