"""Templates of CloudFormation and SAM, as drafts of an organization."""
