"""Which condition keys hold several values, which decides whether a plain operator can ever match (semantics C5)."""

from __future__ import annotations

from lampolicy._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Final

_BY_PREFIX: Final = {
    "aws": (
        "CalledVia PrincipalOrgPaths PrincipalServiceNamesList ResourceOrgPaths SourceOrgPaths TagKeys VpceOrgPaths"
    ),
    "a4b": "filters_deviceType",
    "account": "AccountResourceOrgPaths AlternateContactTypes",
    "acm": "DomainNames",
    "airflow": "TeamNames",
    "apigateway": (
        "Request/ApiKeyRequired Request/AuthorizerType Request/AuthorizerUri Request/ConditionBasePaths "
        "Request/EndpointType Request/RouteAuthorizationType Request/SecurityPolicy Resource/ApiKeyRequired "
        "Resource/AuthorizerType Resource/AuthorizerUri Resource/ConditionBasePaths Resource/EndpointType "
        "Resource/RouteAuthorizationType Resource/SecurityPolicy"
    ),
    "autoscaling": (
        "CapacityReservationIds CapacityReservationResourceGroupArns LoadBalancerNames TargetCapacityTypes "
        "TargetGroupARNs TrafficSourceIdentifiers VPCZoneIdentifiers"
    ),
    "aws-marketplace": "AgreementType ProductId",
    "backup": "CopyTargetOrgPaths CopyTargets FrameworkArns",
    "bedrock-agentcore": (
        "AllowedQueryParameters AllowedRequestHeaders AllowedResponseHeaders CredentialProviderScope "
        "InboundJwtClaim/aud InboundJwtClaim/scope securityGroups subnets"
    ),
    "bedrock-mantle": "Files",
    "cloudformation": "ResourceTypes TargetRegion",
    "cloudshell": "SecurityGroupIds SubnetIds VpcIds",
    "cloudwatch": "AlarmActions requestInsightRuleLogGroups requestManagedResourceARNs",
    "codebuild": (
        "buildBatchConfig.restrictions.computeTypesAllowed buildBatchConfig.restrictions.fleetsAllowed cache.modes "
        "environment.environmentVariables.name environment.environmentVariables.value "
        "fileSystemLocations.identifier fileSystemLocations.location fileSystemLocations.type "
        "secondaryArtifacts.artifactIdentifier secondaryArtifacts.bucketOwnerAccess "
        "secondaryArtifacts.encryptionDisabled secondaryArtifacts.location secondarySources.auth.resource "
        "secondarySources.auth.type secondarySources.buildStatusConfig.context "
        "secondarySources.buildStatusConfig.targetUrl secondarySources.insecureSsl secondarySources.location "
        "secondarySources.sourceIdentifier vpcConfig.securityGroupIds vpcConfig.subnets"
    ),
    "cognito-identity.amazonaws.com": "amr",
    "comprehend": "VpcSecurityGroupIds VpcSubnets",
    "connect": (
        "FlowType ListRealtimeContactAnalysisSegmentsBySegmentType MonitorCapabilities SearchContactsByContactAnalysis"
    ),
    "continuum": "CollectorArn RepositoryName",
    "datapipeline": "PipelineCreator workerGroup",
    "deadline": "FarmMembershipLevels FleetMembershipLevels JobMembershipLevels QueueMembershipLevels",
    "devops-guru": "ServiceNames",
    "dsql": "FisTargetArns",
    "dynamodb": (
        "Attributes FirstPartitionKeyValues FisTargetArns FourthPartitionKeyValues LeadingKeys "
        "SecondPartitionKeyValues ThirdPartitionKeyValues"
    ),
    "ec2": (
        "FisTargetArns IKEVersions Phase1DHGroup Phase1EncryptionAlgorithms Phase1IntegrityAlgorithms "
        "Phase2DHGroup Phase2EncryptionAlgorithms Phase2IntegrityAlgorithms VpcePrivateDnsSpecifiedDomains"
    ),
    "ecs": "capacity-provider compute-compatibility subnet",
    "eks": "encryptionConfigProviderKeyArns kubernetesGroups namespaces",
    "elasticloadbalancing": "ListenerProtocol SecurityGroup SecurityPolicy Subnet",
    "es": "SecurityGroupIds SubnetIds",
    "events": "EventBusArn source TargetArn",
    "fis": "Operations Targets",
    "geo": "DeviceIds GeofenceIds",
    "glue": "SecurityGroupIds SubnetIds VpcIds",
    "iam": "AccountPropertyNamespaces",
    "identitystore": "GroupExternalIdIssuers GroupId UserExternalIdIssuers",
    "imagebuilder": "CreatedResourceTagKeys",
    "iot": "ThingGroupArn TunnelDestinationService",
    "iotfleetwise": "Signals",
    "iotsitewise": "taskArns",
    "iottwinmaker": "linkedServices",
    "kinesis": "FisTargetArns",
    "kms": "EncryptionContextKeys GrantOperations ResourceAliases",
    "lambda": "Layer SecurityGroupIds SubnetIds",
    "lex": "associatedIntents associatedSlotTypes",
    "logs": "LogGeneratingResourceArns",
    "networkmanager": "edgeLocations subnetArns",
    "oam": "ResourceTypes",
    "observabilityadmin": "CentralizationSourceId CentralizationSourceRegions",
    "partnercentral": "FulfillmentTypes Programs",
    "partnercentral-account-management": "LegacyPartnerCentralRole MarketingCentralRole ProServeRole",
    "payment-cryptography": "ResourceAliases",
    "pi": "Dimensions",
    "quicksight": "AllowedEmbeddingDomains KmsKeyArns",
    "refactor-spaces": "CreatedByAccountIds",
    "route53": (
        "ChangeResourceRecordSetsActions ChangeResourceRecordSetsNormalizedRecordNames "
        "ChangeResourceRecordSetsRecordTypes"
    ),
    "s3": "InventoryAccessibleOptionalFields RequestObjectTagKeys",
    "s3express": "InventoryAccessibleOptionalFields Permissions",
    "sagemaker": (
        "AcceleratorTypes CustomerMetadataPropertiesToRemove ImageArns ImageVersionArns InstanceTypes "
        "NotebookInstanceLifecycleConfigArns StudioLifecycleConfigArns UpdatableFeatures VpcSecurityGroupIds "
        "VpcSubnets"
    ),
    "saml": (
        "cn eduorghomepageuri eduorgidentityauthnpolicyuri eduorglegalname eduorgsuperioruri eduorgwhitepagesuri "
        "edupersonaffiliation edupersonassurance edupersonentitlement edupersonnickname edupersonorgunitdn "
        "edupersonscopedaffiliation edupersontargetedid"
    ),
    "secretsmanager": "AddReplicaRegions",
    "ses": "ConfigurationSetOptions Recipients ReplicaRegion",
    "ssm": "DocumentCategories DocumentVersion InventoryTypeName",
    "states": "StateMachineQualifier",
    "sts": "IdentityTokenAudience RequestContextProviders TransitiveTagKeys",
    "synthetics": "Names",
    "transfer": "RequestServerProtocols",
    "vpc-lattice": "PrivateDnsSpecifiedDomains SecurityGroupIds TargetGroupArns",
    "wisdom": "MessageTemplate/RoutingProfileArn SearchFilter/Qualifier",
}
"""By prefix, the keys that the Service Authorization Reference types as `ArrayOf...` (October 2026), beside them
Amazon Cognito's `amr`, which the IAM User Guide calls multivalued ("Available keys for AWS OIDC federation").

`events:detail-type` is left out: AWS's own policies, such as `CloudTrailEventContext`, compare it plainly."""

MULTIVALUED_KEYS: Final = frozenset(
    f"{prefix}:{name}".lower() for prefix, names in _BY_PREFIX.items() for name in names.split()
)
"""Multivalued keys of AWS, in lower case. A list in a context marks any other key as multivalued too."""
