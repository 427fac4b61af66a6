// A CDK app with what keybound reads of a cloud assembly: a RestApi, a nested stack that uses its parent's API and table,
// and definitions as an asset and inline. `.ci/cdk` synthesizes it: node .ci/cdk.js DIRECTORY
'use strict'

const fs = require('node:fs')
const path = require('node:path')
const cdk = require('aws-cdk-lib/core')
const apigateway = require('aws-cdk-lib/aws-apigateway')
const dynamodb = require('aws-cdk-lib/aws-dynamodb')
const iam = require('aws-cdk-lib/aws-iam')

const out = path.resolve(process.argv[2])

function integration(table, credentialsRole) {
  return new apigateway.AwsIntegration({
    service: 'dynamodb',
    action: 'GetItem',
    options: {
      credentialsRole,
      passthroughBehavior: apigateway.PassthroughBehavior.NEVER,
      requestTemplates: {
        'application/json': `{"TableName":"${table.tableName}","Key":{"PK":{"S":"$input.params('id')"}}}`,
      },
      integrationResponses: [{ statusCode: '200', responseTemplates: { 'application/json': '{}' } }],
    },
  })
}

function roleFor(scope, table) {
  const role = new iam.Role(scope, 'Role', { assumedBy: new iam.ServicePrincipal('apigateway.amazonaws.com') })
  role.addToPolicy(new iam.PolicyStatement({ actions: ['dynamodb:GetItem'], resources: [table.tableArn] }))
  return role
}

const method = { authorizationType: apigateway.AuthorizationType.IAM, methodResponses: [{ statusCode: '200' }] }

class Reports extends cdk.NestedStack {
  constructor(scope, id, { api, table }) {
    super(scope, id)
    const attributes = { restApiId: api.restApiId, rootResourceId: api.root.resourceId }
    const imported = apigateway.RestApi.fromRestApiAttributes(this, 'Api', attributes)
    imported.root.addResource('reports').addResource('{id}').addMethod('GET', integration(table, roleFor(this, table)), method)
  }
}

function definition(route, table) {
  return {
    openapi: '3.0.1',
    info: { title: route, version: '1' },
    paths: {
      [`/${route}/{id}`]: {
        get: {
          responses: { 200: { description: 'an item' } },
          'x-amazon-apigateway-auth': { type: 'AWS_IAM' },
          'x-amazon-apigateway-integration': {
            type: 'aws',
            httpMethod: 'POST',
            uri: 'arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem',
            passthroughBehavior: 'never',
            requestTemplates: {
              'application/json': `{"TableName": "${table}", "Key": {"PK": {"S": "$input.params('id')"}}}`,
            },
            responses: { default: { statusCode: '200', responseTemplates: { 'application/json': '{}' } } },
          },
        },
      },
    },
  }
}

// What the `cdk` command asks for beside the templates: the path of each construct.
const app = new cdk.App({ outdir: out, context: { 'aws:cdk:enable-path-metadata': true } })
const stack = new cdk.Stack(app, 'Orders')
const table = new dynamodb.Table(stack, 'Table', { partitionKey: { name: 'PK', type: dynamodb.AttributeType.STRING } })
const api = new apigateway.RestApi(stack, 'Api')
api.root.addResource('orders').addResource('{id}').addMethod('GET', integration(table, roleFor(stack, table)), method)
new Reports(stack, 'Reports', { api, table })

const asset = `${out}.invoices.json`
fs.writeFileSync(asset, JSON.stringify(definition('invoices', 'invoices'), undefined, 2))
new apigateway.SpecRestApi(stack, 'Spec', { apiDefinition: apigateway.ApiDefinition.fromAsset(asset) })
new apigateway.SpecRestApi(stack, 'Inline', {
  apiDefinition: apigateway.ApiDefinition.fromInline(definition('receipts', table.tableName)),
})
app.synth()
