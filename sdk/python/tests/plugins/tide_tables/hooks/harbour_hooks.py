import logging
from typing import Any, Dict

logger = logging.getLogger(__name__)


async def note_the_harbour(context: Dict[str, Any]) -> Dict[str, Any]:
    logger.info(f"Entering with {context.get('workflow_type')}")
    context["harbour"] = context.get("requirements", "").title()
    return context


async def sum_up(context: Dict[str, Any], result: Dict[str, Any]) -> Dict[str, Any]:
    result["entered"] = context["harbour"]
    return result
