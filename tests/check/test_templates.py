"""What `lampolicy check` says of templates stands where it was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from lampolicy.check import Finding, check
from lampolicy.diagnostic import Code, Severity

MANIFEST = '[templates."*"]\naccount = "111122223333"\nregion = "eu-west-1"\n'
TEMPLATE = """\
Conditions:
  Prod: !Equals [!Ref AWS::Region, eu-west-1]
Resources:
  Queue: {Type: 'AWS::SQS::Queue', Properties: {QueueName: jobs}}
  OfQueue:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: {Service: sns.amazonaws.com}
            Action: !If [Prod, 'sqs:SendMesage', 'sqs:*']
            Resource: !GetAtt Queue.Arn
            Condition: {ArnLike: {'aws:SourceArn': 'arn:aws:sns:eu-west-1:111122223333:news'}}
  Fn:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: worker, Role: 'arn:aws:iam::111122223333:role/worker'}
  May:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref Fn
      Action: lambda:InvokeFunction
      Principal: s3.amazonaws.com
      SourceArn: arn:aws:s3:::photos
"""


def findings(folder: Path, **files: str) -> list[Finding]:
    (folder / "organization.toml").write_text(MANIFEST, encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return list(check([folder]).findings)


def test_a_rule_points_at_the_line_of_the_template(tmp_path: Path) -> None:
    """Also at what stands in a branch of `Fn::If`."""
    (found,) = [f for f in findings(tmp_path, orders=TEMPLATE) if f.diagnostic.code is Code.UNKNOWN_ACTION]

    assert found.file.endswith("orders.yaml")
    assert found.span is not None
    assert TEMPLATE.splitlines()[found.span.line - 1][found.span.column - 1 :].startswith("'sqs:SendMesage'")


def test_a_permission_is_shown_as_lambda_stores_it_and_where_it_is_written(tmp_path: Path) -> None:
    """L7: the account of the bucket is not told."""
    (found,) = [
        f for f in findings(tmp_path, orders=TEMPLATE) if f.diagnostic.code is Code.BUCKET_SOURCE_WITHOUT_ACCOUNT
    ]

    assert '"AWS:SourceArn":"arn:aws:s3:::photos"' in str(found.text)
    assert found.outer is not None
    assert TEMPLATE.splitlines()[found.outer.line - 1].strip() == "FunctionName: !Ref Fn"


@pytest.mark.parametrize("name", ["orders.yaml", "orders.yml", "orders.template"])
def test_a_template_named_by_itself_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(TEMPLATE, encoding="utf-8")
    (found,) = check([path]).findings

    assert (found.diagnostic.code, found.diagnostic.severity) == (Code.NO_DEPLOYMENT, Severity.WARNING)


def test_templates_beside_expected_decisions_are_decided_with(tmp_path: Path) -> None:
    expected = """\
tests:
  - name: the bucket starts the worker
    check:
      - principal: {service: s3.amazonaws.com, source_arn: 'arn:aws:s3:::photos'}
        action: lambda:InvokeFunction
        resource: worker
        expect: allow
"""
    (tmp_path / "x.lampolicy.yaml").write_text(expected, encoding="utf-8")
    findings(tmp_path, orders=TEMPLATE)
    report = check([tmp_path])

    assert [test.judgement.passed for test in report.tests] == [True]
