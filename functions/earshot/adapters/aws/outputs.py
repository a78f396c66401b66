"""The outputs of a deployed stack."""

from typing import TYPE_CHECKING, cast

from botocore.exceptions import BotoCoreError, ClientError

from earshot.adapters.aws.clients import QUEUE_ATTEMPTS, Session, table_config
from earshot.domain.errors import Invalid

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient


def stack_outputs(session: Session, name: str) -> dict[str, str]:
    """What the stack of this name says about itself, by the names of its outputs.

    Raises:
        Invalid: there is no such stack here, or AWS does not let us ask; the message says what to do.
    """
    try:
        client = cast(
            "CloudFormationClient", session.create_client("cloudformation", config=table_config(QUEUE_ATTEMPTS))
        )
        answer = client.describe_stacks(StackName=name)
    except ClientError as exc:
        code = exc.response.get("Error", {}).get("Code", "unknown")
        if code == "ValidationError":
            raise Invalid(
                "stack", f"there is no stack {name} in this account and region; look at AWS_DEFAULT_REGION"
            ) from exc
        raise Invalid("stack", f"AWS does not tell about {name} ({code}); look at your credentials") from exc
    except BotoCoreError as exc:
        raise Invalid("stack", f"AWS cannot be asked about {name}: {exc}") from exc
    return {each["OutputKey"]: each["OutputValue"] for each in answer["Stacks"][0].get("Outputs", [])}
