import * as cdk from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface KeyboundAuthorizerProps {
  /** The directory that deploy/bundle wrote: `bootstrap` and `keybound.yaml`. */
  readonly bundle: string;
  /** What the program was built for: `arm64` or `x86_64`. */
  readonly architecture: string;
  /** What `${env:…}` in the rules stands for. */
  readonly environment: Record<string, string>;
  /**
   * How long API Gateway keeps a caller's policy. A revoked token, or a changed rule, lives on for so long; no longer
   * than a token does.
   *
   * @default 5 minutes
   */
  readonly cache?: cdk.Duration;
  /**
   * The most copies of the function at once, taken from the account's share. Refused tokens are not cached, so strangers
   * decide how often it runs.
   *
   * @default no ceiling but the account's
   */
  readonly reservedConcurrency?: number;
}

/** keybound's Lambda function, as an authorizer for the methods of one API. */
export class KeyboundAuthorizer extends Construct {
  readonly authorizer: apigateway.TokenAuthorizer;
  readonly handler: lambda.Function;

  constructor(scope: Construct, id: string, props: KeyboundAuthorizerProps) {
    super(scope, id);

    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: cdk.RemovalPolicy.DESTROY,
    });

    // The authorizer reads no table and calls no other service: it may write its log, and nothing else.
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);

    this.handler = new lambda.Function(this, 'Function', {
      runtime: lambda.Runtime.PROVIDED_AL2023,
      architecture: props.architecture === 'arm64' ? lambda.Architecture.ARM_64 : lambda.Architecture.X86_64,
      handler: 'bootstrap',
      code: lambda.Code.fromAsset(props.bundle),
      // CPU grows with memory, and a cold start fetches keys over TLS. A warm call does well with 128.
      memorySize: 256,
      // Keys are fetched within 5 seconds, or the call fails; the next one tries again.
      timeout: cdk.Duration.seconds(10),
      reservedConcurrentExecutions: props.reservedConcurrency,
      role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      environment: props.environment,
    });

    // TOKEN: the function is given the header and the API's address, nothing else of the request, and the cache's key is
    // the header. So a cached policy cannot rest on something that the next request does not have. API Gateway may call
    // the function as this authorizer only; CDK adds that permission.
    this.authorizer = new apigateway.TokenAuthorizer(this, 'Authorizer', {
      handler: this.handler,
      identitySource: apigateway.IdentitySource.header('Authorization'),
      // What is no JWT is refused before the function runs.
      validationRegex: '^[Bb][Ee][Aa][Rr][Ee][Rr] [-0-9A-Za-z_]+\\.[-0-9A-Za-z_]+\\.[-0-9A-Za-z_]+$',
      // The policy follows from the token and the rules alone and names every route that the caller has, so it is right
      // for every request with this token.
      resultsCacheTtl: props.cache ?? cdk.Duration.minutes(5),
    });
    // The name by which the rules know it (`authorizer.refs`).
    (this.authorizer.node.defaultChild as apigateway.CfnAuthorizer).overrideLogicalId('Keybound');
  }
}
