"""What tests and benchmarks read from reports of quarry."""


def mean_ndcg(report):
    """The first mean named ndcg@10 in a report of `eval retrieval`."""
    if isinstance(report, dict):
        if isinstance(report.get("ndcg@10"), dict) and "mean" in report["ndcg@10"]:
            return report["ndcg@10"]["mean"]
        report = list(report.values())
    if isinstance(report, list):
        for one in report:
            if (found := mean_ndcg(one)) is not None:
                return found
    return None
