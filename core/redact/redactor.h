#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/document/document.h"
#include "core/redact/finding.h"

namespace quarry::redact {

/// How often each kind of thing was taken out: {"email", 3}.
using RedactionCounts = std::map<std::string, std::uint64_t, std::less<>>;

/// Takes secrets and personal data out of texts, and puts placeholders in: `[REDACTED:email]`.
///
/// What is left has none: redacting it again changes nothing. Linear in the text, whatever it holds. Immutable once
/// made; safe to share between threads.
class Redactor {
public:
    /// The kinds to take out: "secrets" (keys, tokens, passwords), "email", "phone", "card", "iban", "us-ssn",
    /// "ch-ahv", "de-tax-id", "ip" (public addresses), or the groups "personal" (all of these but secrets and ip),
    /// "default" (secrets and personal) and "all". Throws Error(usage) for a name that is none.
    explicit Redactor(std::span<const std::string> kinds);
    ~Redactor();
    Redactor(Redactor&&) noexcept;
    Redactor& operator=(Redactor&&) noexcept;

    /// The kinds in a list such as "secrets,email", for a Redactor; none for "off". Throws Error(usage).
    [[nodiscard]] static std::vector<std::string> parse_kinds(std::string_view list);

    /// Every name that a Redactor can be made with, groups last.
    [[nodiscard]] static std::span<const std::string_view> kind_names() noexcept;

    /// Changes when what is taken out could differ.
    [[nodiscard]] std::string fingerprint() const;

    /// What one look finds: sorted, without overlaps.
    [[nodiscard]] std::vector<Finding> find(std::string_view text) const;

    /// The text without what is to go.
    [[nodiscard]] std::string redact(std::string_view text, RedactionCounts& counts) const;

    /// Redacts text, title, labels and metadata; blocks and pages stay where they were in the new text. What was taken
    /// out is in `removed`, as "redacted email".
    void redact(document::Document& document) const;

    /// Redacts the strings and numbers of a JSON text, as what their names say they are; names stay. Text that is no
    /// JSON is redacted as text.
    [[nodiscard]] std::string redact_json(std::string_view json, RedactionCounts& counts) const;

private:
    struct Impl;
    std::unique_ptr<const Impl> impl_;
};

}  // namespace quarry::redact
