#include "core/redact/redactor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/invisible.h"
#include "core/base/text.h"
#include "core/redact/personal.h"
#include "core/redact/placeholder.h"
#include "core/redact/secrets.h"

namespace quarry::redact {
namespace {

// Raised whenever the rules find something else.
constexpr int rules_version = 1;
/// What is around a finding can change what it was not: looked at again, this often at most.
constexpr int most_passes = 16;
constexpr int deepest_redacted = 256;

constexpr auto single_kinds = std::to_array<std::string_view>(
    {"secrets", "email", "phone", "card", "iban", "us-ssn", "ch-ahv", "de-tax-id", "ip"});
constexpr auto all_names = std::to_array<std::string_view>(
    {"secrets", "email", "phone", "card", "iban", "us-ssn", "ch-ahv", "de-tax-id", "ip", "personal", "default", "all"});

bool is_kind(std::string_view name) { return std::ranges::find(single_kinds, name) != single_kinds.end(); }

std::vector<std::string> kinds_of_name(std::string_view name) {
    std::vector<std::string> kinds;
    const bool group = name == "personal" || name == "default" || name == "all";
    if (!group && !is_kind(name)) {
        const auto nearest = closest(name, std::vector<std::string>(all_names.begin(), all_names.end()));
        throw Error(ErrorCode::usage,
                    fmt::format("unknown kind of data to redact: \"{}\"", one_line(strip_terminal_controls(name), 60)),
                    fmt::format("{}choose from: {}, or off",
                                nearest ? fmt::format("did you mean {}? ", *nearest) : std::string(),
                                fmt::join(all_names, ", ")));
    }
    for (const std::string_view kind : single_kinds) {
        const bool in_group = group && (kind == "secrets" ? name != "personal" : kind != "ip" || name == "all");
        if (kind == name || in_group) kinds.emplace_back(kind);
    }
    return kinds;
}

bool is_specific(std::string_view kind) {
    return !kind.starts_with("generic-") && kind != "url-password" && kind != "bearer-token";
}

/// Overlapping findings become one, named by the most telling of them.
std::vector<Finding> without_overlaps(std::vector<Finding> findings) {
    std::ranges::stable_sort(findings, {}, &Finding::start);
    std::vector<Finding> merged;
    for (const Finding& finding : findings) {
        if (merged.empty() || finding.start >= merged.back().end) {
            merged.push_back(finding);
            continue;
        }
        if (!is_specific(merged.back().kind) && is_specific(finding.kind)) merged.back().kind = finding.kind;
        merged.back().end = std::max(merged.back().end, finding.end);
    }
    return merged;
}

/// A text with stretches of it replaced, and where its old offsets are in the new one.
class Replacement {
public:
    Replacement(std::string_view text, std::span<const Finding> findings) {
        std::size_t done = 0;
        for (const Finding& finding : findings) {
            text_.append(text, done, finding.start - done);
            shifts_.push_back({finding.start, text_.size()});
            append_placeholder(text_, finding.kind);
            shifts_.push_back({finding.end, text_.size()});
            done = finding.end;
        }
        text_.append(text, done);
    }
    [[nodiscard]] std::string take() { return std::move(text_); }

    /// The new offset of an old one that is not within what was replaced.
    [[nodiscard]] std::size_t map(std::size_t offset) const {
        const auto after = std::ranges::upper_bound(shifts_, offset, {}, &Shift::before);
        if (after == shifts_.begin()) return offset;
        const Shift& shift = *(after - 1);
        return shift.after + (offset - shift.before);
    }

private:
    struct Shift {
        std::size_t before, after;
    };
    std::string text_;
    std::vector<Shift> shifts_;
};

bool is_blank(std::string_view text) { return trim(text).empty(); }

/// The findings cut at the boundaries of blocks and pages, so that each of them keeps its own; `boundaries` ascend.
std::vector<Finding> cut_at(std::span<const std::size_t> boundaries, std::string_view text,
                            std::span<const Finding> findings) {
    std::vector<Finding> parts;
    auto boundary = boundaries.begin();
    for (const Finding& finding : findings) {
        while (boundary != boundaries.end() && *boundary <= finding.start) ++boundary;
        std::size_t start = finding.start;
        const auto add = [&](std::size_t end) {
            if (end > start && !is_blank(text.substr(start, end - start))) parts.push_back({start, end, finding.kind});
            start = end;
        };
        for (; boundary != boundaries.end() && *boundary < finding.end; ++boundary) add(*boundary);
        add(finding.end);
    }
    return parts;
}

std::vector<std::size_t> boundaries_of(const document::Document& document) {
    std::vector<std::size_t> boundaries(document.page_starts);
    for (const document::Block& block : document.blocks) {
        boundaries.push_back(block.start);
        boundaries.push_back(block.end);
    }
    std::ranges::sort(boundaries);
    return boundaries;
}

void count(std::span<const Finding> findings, RedactionCounts& counts) {
    for (const Finding& finding : findings) ++counts.try_emplace(std::string(finding.kind), 0).first->second;
}

using RedactedJson = nlohmann::ordered_json;

std::string dump_json(const RedactedJson& value) {
    return value.dump(-1, ' ', false, RedactedJson::error_handler_t::replace);
}

}  // namespace

struct Redactor::Impl {
    std::vector<std::string> kinds;
    std::optional<SecretFinder> secrets;
    PersonalKinds personal;
    bool any_personal = false;

    [[nodiscard]] std::vector<Finding> look(std::string_view text) const {
        std::vector<Finding> found;
        if (secrets) secrets->find(text, found);
        std::vector<Finding> merged = without_overlaps(std::move(found));
        if (!any_personal) return merged;
        std::vector<Finding> data;
        find_personal(text, personal, data);
        data = without_overlaps(std::move(data));
        // A password before a host looks like an address: what is a secret is nothing else.
        std::erase_if(data, [&, at = std::size_t{0}](const Finding& finding) mutable {
            while (at < merged.size() && merged[at].end <= finding.start) ++at;
            return at < merged.size() && merged[at].start < finding.end;
        });
        merged.insert(merged.end(), data.begin(), data.end());
        std::ranges::sort(merged, {}, &Finding::start);
        return merged;
    }

    /// The value of a name, which may say that it is a secret where the value alone does not.
    [[nodiscard]] std::string redact_value(const Redactor& redactor, std::string_view name, const std::string& value,
                                           RedactionCounts& counts) const {
        std::string redacted = redactor.redact(value, counts);
        if (redacted != value || name.empty() || !secrets) return redacted;
        const std::string before = fmt::format("{} = \"", name);
        RedactionCounts with_name;
        redacted = redactor.redact(before + value + '"', with_name);
        if (!redacted.starts_with(before) || !redacted.ends_with('"')) return value;
        redacted = redacted.substr(before.size(), redacted.size() - before.size() - 1);
        if (redacted == value) return value;
        for (const auto& [kind, times] : with_name) counts[kind] += times;
        return redacted;
    }

    void redact_json_value(const Redactor& redactor, std::string_view name, RedactedJson& value,
                           RedactionCounts& counts) const {
        if (value.is_string()) {
            value = redact_value(redactor, name, value.get_ref<const std::string&>(), counts);
        } else if (value.is_number()) {
            const std::string written = dump_json(value);
            std::string redacted = redactor.redact(written, counts);
            if (redacted != written) value = std::move(redacted);
        } else if (value.is_object()) {
            for (auto& [member, inner] : value.items()) redact_json_value(redactor, member, inner, counts);
        } else if (value.is_array()) {
            for (RedactedJson& element : value) redact_json_value(redactor, name, element, counts);
        }
    }
};

Redactor::Redactor(std::span<const std::string> kinds) {
    auto impl = std::make_unique<Impl>();
    for (const std::string& name : kinds) {
        for (std::string& kind : kinds_of_name(name)) impl->kinds.push_back(std::move(kind));
    }
    std::ranges::sort(impl->kinds);
    impl->kinds.erase(std::unique(impl->kinds.begin(), impl->kinds.end()), impl->kinds.end());
    const auto has = [&](std::string_view kind) { return std::ranges::find(impl->kinds, kind) != impl->kinds.end(); };
    if (has("secrets")) impl->secrets.emplace();
    impl->personal = {.email = has("email"),
                      .phone = has("phone"),
                      .card = has("card"),
                      .iban = has("iban"),
                      .us_ssn = has("us-ssn"),
                      .swiss_ahv = has("ch-ahv"),
                      .german_tax_id = has("de-tax-id"),
                      .ip = has("ip")};
    impl->any_personal = impl->kinds.size() > (impl->secrets ? 1U : 0U);
    impl_ = std::move(impl);
}

Redactor::~Redactor() = default;
Redactor::Redactor(Redactor&&) noexcept = default;
Redactor& Redactor::operator=(Redactor&&) noexcept = default;

std::span<const std::string_view> Redactor::kind_names() noexcept { return all_names; }

std::vector<std::string> Redactor::parse_kinds(std::string_view list) {
    std::vector<std::string> kinds;
    if (list == "off") return kinds;
    for (const std::string_view name : split(list, ',')) {
        for (std::string& kind : kinds_of_name(trim(name))) kinds.push_back(std::move(kind));
    }
    return kinds;
}

std::string Redactor::fingerprint() const {
    return fmt::format("redact/{} {}", rules_version, fmt::join(impl_->kinds, ","));
}

std::vector<Finding> Redactor::find(std::string_view text) const {
    if (!may_hold_invisible(text)) return impl_->look(text);
    // A zero-width space within a key hides it from no one.
    const VisibleText visible(text);
    std::vector<Finding> findings = impl_->look(visible.text());
    for (Finding& finding : findings) {
        finding.start = visible.source_of(finding.start);
        finding.end = visible.source_end(finding.end);
    }
    return findings;
}

std::string Redactor::redact(std::string_view text, RedactionCounts& counts) const {
    std::string redacted(text);
    for (int pass = 0; pass < most_passes; ++pass) {
        const std::vector<Finding> findings = find(redacted);
        if (findings.empty()) break;
        count(findings, counts);
        redacted = Replacement(redacted, findings).take();
    }
    return redacted;
}

void Redactor::redact(document::Document& document) const {
    RedactionCounts counts;
    for (int pass = 0; pass < most_passes; ++pass) {
        const std::vector<Finding> findings = find(document.text);
        if (findings.empty()) break;
        count(findings, counts);
        Replacement replacement(document.text, cut_at(boundaries_of(document), document.text, findings));
        for (document::Block& block : document.blocks) {
            block.start = replacement.map(block.start);
            block.end = replacement.map(block.end);
        }
        for (std::size_t& start : document.page_starts) start = replacement.map(start);
        document.text = replacement.take();
    }
    // What the text says again is counted once.
    RedactionCounts again;
    document.title = redact(document.title, again);
    for (document::Block& block : document.blocks) {
        if (!block.label.empty()) block.label = redact(block.label, again);
    }
    for (auto& [name, value] : document.metadata) value = impl_->redact_value(*this, name, value, again);
    if (!document.properties_json.empty()) document.properties_json = redact_json(document.properties_json, again);
    for (const auto& [kind, times] : again) counts.try_emplace(kind, times);
    for (const auto& [kind, times] : counts) document.removed.emplace_back(fmt::format("redacted {}", kind), times);
}

std::string Redactor::redact_json(std::string_view json, RedactionCounts& counts) const {
    auto value = parse_bounded_json<RedactedJson>(json, deepest_redacted);
    if (value.is_discarded()) return dump_json(redact(json, counts));
    impl_->redact_json_value(*this, {}, value, counts);
    return dump_json(value);
}

}  // namespace quarry::redact
