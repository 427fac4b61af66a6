import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import * as cdk from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

import { KeyboundAuthorizer } from './keybound-authorizer';

export interface OrdersStackProps extends cdk.StackProps {
  /** The directory that deploy/bundle wrote. */
  readonly bundle: string;
  /** What the program was built for: `arm64` or `x86_64`. */
  readonly architecture: string;
}

/** Orders in DynamoDB behind API Gateway, with keybound's authorizer and no other function. */
export class OrdersStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props: OrdersStackProps) {
    super(scope, id, props);

    const issuer = new cdk.CfnParameter(this, 'Issuer', {
      description: 'The iss of the tokens, for a user pool https://cognito-idp.REGION.amazonaws.com/POOL',
      allowedPattern: 'https://[^\\s?#]+',
    });
    const audience = new cdk.CfnParameter(this, 'Audience', {
      description: 'The app client whose tokens are accepted',
      allowedPattern: '\\S+',
    });

    const table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'PK', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'SK', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: cdk.RemovalPolicy.RETAIN,
    });
    // The name by which the rules know it (`tables.Orders.refs`).
    (table.node.defaultChild as dynamodb.CfnTable).overrideLogicalId('OrdersTable');

    // What API Gateway calls DynamoDB as, for every caller alike. It cannot tell tenants apart, so it only bounds what a
    // wrong template could do: three actions, one table, partition keys of tenants, no Scan.
    const role = new iam.Role(this, 'ApiRole', { assumedBy: new iam.ServicePrincipal('apigateway.amazonaws.com') });
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
        resources: [table.tableArn],
        conditions: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['TENANT#*'] },
          // ForAllValues is true of no value at all, so a request must have one.
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      }),
    );

    const keybound = new KeyboundAuthorizer(this, 'Keybound', {
      bundle: props.bundle,
      architecture: props.architecture,
      environment: {
        ISSUER: issuer.valueAsString,
        AUDIENCE: audience.valueAsString,
        ORDERS_TABLE: table.tableName,
      },
    });

    const api = new apigateway.RestApi(this, 'Api', {
      restApiName: 'orders',
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      cloudWatchRole: false,
      deployOptions: {
        stageName: 'prod',
        // Refused tokens are not cached: each runs the authorizer. This bounds how often.
        throttlingRateLimit: 100,
        throttlingBurstLimit: 200,
      },
      defaultMethodOptions: {
        authorizer: keybound.authorizer,
        authorizationType: apigateway.AuthorizationType.CUSTOM,
      },
    });

    const integration = (action: string, request: string, response: string) =>
      new apigateway.AwsIntegration({
        service: 'dynamodb',
        action,
        options: {
          credentialsRole: role,
          passthroughBehavior: apigateway.PassthroughBehavior.NEVER,
          requestTemplates: { 'application/json': cdk.Fn.sub(template(request), { OrdersTable: table.tableName }) },
          integrationResponses: [
            { statusCode: '200', selectionPattern: '200', responseTemplates: { 'application/json': response } },
            { statusCode: '500', responseTemplates: { 'application/json': template('error.response.vtl') } },
          ],
        },
      });
    const answers = { methodResponses: [{ statusCode: '200' }, { statusCode: '500' }] };

    const orders = api.root.addResource('orders');
    orders.addMethod(
      'GET',
      integration('Query', 'list-orders.request.vtl', template('list-orders.response.vtl')),
      answers,
    );
    const order = orders.addResource('{orderId}');
    order.addMethod('GET', integration('GetItem', 'get-order.request.vtl', template('get-order.response.vtl')), answers);
    order.addMethod('PUT', integration('PutItem', 'put-order.request.vtl', '{}'), answers);

    // The service's own texts tell a stranger which policy refused, and which routes there are.
    const gatewayResponses: [string, apigateway.ResponseType, string, string][] = [
      ['Unauthorized', apigateway.ResponseType.UNAUTHORIZED, '401', 'unauthorized'],
      ['AccessDenied', apigateway.ResponseType.ACCESS_DENIED, '403', 'forbidden'],
      ['NoSuchRoute', apigateway.ResponseType.MISSING_AUTHENTICATION_TOKEN, '404', 'not found'],
      ['AuthorizerFailure', apigateway.ResponseType.AUTHORIZER_FAILURE, '500', 'the request failed'],
      ['AuthorizerAnswer', apigateway.ResponseType.AUTHORIZER_CONFIGURATION_ERROR, '500', 'the request failed'],
    ];
    for (const [name, type, statusCode, message] of gatewayResponses) {
      api.addGatewayResponse(name, {
        type,
        statusCode,
        responseHeaders: statusCode === '401' ? { 'WWW-Authenticate': "'Bearer'" } : undefined,
        templates: { 'application/json': JSON.stringify({ message }) },
      });
    }

    new cdk.CfnOutput(this, 'ApiAndStage', {
      description: 'The API and stage as `authorizer.apis` of keybound.yaml names them',
      value: `${api.restApiId}/${api.deploymentStage.stageName}`,
    });
  }
}

/** A mapping template of deploy/orders. */
function template(file: string): string {
  return readFileSync(join(process.cwd(), '..', 'orders', file), 'utf8');
}
