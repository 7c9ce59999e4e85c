#include "core/base/error.h"

#include <utility>

namespace quarry {

std::string_view error_code_name(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::failed: return "failed";
        case ErrorCode::usage: return "usage";
        case ErrorCode::migrations_pending: return "migrations_pending";
        case ErrorCode::schema_drift: return "schema_drift";
        case ErrorCode::migration_edited: return "migration_edited";
        case ErrorCode::migration_order: return "migration_order";
        case ErrorCode::locked: return "locked";
        case ErrorCode::lint_findings: return "lint_findings";
        case ErrorCode::schema_newer: return "schema_newer";
        case ErrorCode::nothing_found: return "nothing_found";
        case ErrorCode::some_inputs_failed: return "some_inputs_failed";
        case ErrorCode::below_threshold: return "below_threshold";
        case ErrorCode::citation_unsupported: return "citation_unsupported";
        case ErrorCode::provider_failed: return "provider_failed";
        case ErrorCode::rate_limited: return "rate_limited";
        case ErrorCode::budget_exceeded: return "budget_exceeded";
        case ErrorCode::approval_pending: return "approval_pending";
        case ErrorCode::base_away: return "base_away";
        case ErrorCode::interrupted: return "interrupted";
    }
    return "failed";
}

bool passes(ErrorCode code) noexcept {
    return code == ErrorCode::locked || code == ErrorCode::base_away || code == ErrorCode::provider_failed ||
           code == ErrorCode::rate_limited;
}

Error::Error(ErrorCode code, std::string message, std::string hint)
    : code_(code), message_(std::move(message)), hint_(std::move(hint)) {
    rebuild_what();
}

Error Error::because(std::string cause) && {
    causes_.push_back(std::move(cause));
    rebuild_what();
    return std::move(*this);
}

Error Error::while_doing(std::string message) && {
    causes_.insert(causes_.begin(), std::move(message_));
    message_ = std::move(message);
    rebuild_what();
    return std::move(*this);
}

Error Error::with_hint(std::string hint) && {
    hint_ = std::move(hint);
    return std::move(*this);
}

Error Error::with_code(ErrorCode code) && {
    code_ = code;
    return std::move(*this);
}

void Error::rebuild_what() {
    what_ = message_;
    for (const std::string& cause : causes_) {
        what_ += ": ";
        what_ += cause;
    }
}

}  // namespace quarry
