variable "name" {
  description = "Name of the function, its role and the authorizer."
  type        = string
  default     = "keybound"
}

variable "bundle" {
  description = "The directory that deploy/bundle wrote: bootstrap and keybound.yaml."
  type        = string
}

variable "architecture" {
  description = "What the program was built for."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "The architecture is arm64 or x86_64."
  }
}

variable "rest_api_id" {
  description = "The REST API whose methods the authorizer guards."
  type        = string
}

variable "rest_api_execution_arn" {
  description = "That API's execution_arn: only its authorizer may call the function."
  type        = string
}

variable "environment" {
  description = "What $${env:...} in the rules stands for."
  type        = map(string)
  default     = {}
}

variable "cache_seconds" {
  description = "How long API Gateway keeps a caller's policy. A revoked token, or a changed rule, lives on for so long; no longer than a token does."
  type        = number
  default     = 300

  validation {
    condition     = var.cache_seconds >= 0 && var.cache_seconds <= 3600
    error_message = "API Gateway keeps policies for 0 (not at all) to 3600 seconds."
  }
}

variable "identity_validation_expression" {
  description = "What the Authorization header must match before the function runs. Rules with bare_token need another one."
  type        = string
  default     = "^[Bb][Ee][Aa][Rr][Ee][Rr] [-0-9A-Za-z_]+\\.[-0-9A-Za-z_]+\\.[-0-9A-Za-z_]+$"
}

variable "memory_size" {
  description = "Memory in MB. CPU grows with it, and a cold start fetches keys over TLS; a warm call does well with 128."
  type        = number
  default     = 256
}

variable "timeout" {
  description = "Seconds a call may take. Keys are fetched within 5 seconds, or the call fails."
  type        = number
  default     = 10
}

variable "reserved_concurrency" {
  description = "The most copies of the function at once, taken from the account's share; -1 is no ceiling of its own. Refused tokens are not cached, so strangers decide how often it runs."
  type        = number
  default     = -1
}

variable "log_retention_days" {
  description = "Days that the function's log is kept."
  type        = number
  default     = 30
}
