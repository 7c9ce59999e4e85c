#include "core/redact/secrets.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/redact/literal_scanner.h"
#include "core/redact/placeholder.h"
#include "core/redact/secret_rules.h"

namespace quarry::redact {
namespace {

constexpr std::string_view pem_begin = "-----BEGIN";
constexpr std::string_view pem_end = "-----END";
constexpr std::string_view private_key_kind = "private-key";
/// A block with less is an illustration.
constexpr std::ptrdiff_t shortest_key = 40;

bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool is_base64_byte(char c) { return is_ascii_letter(c) || is_ascii_digit(c) || c == '+' || c == '/' || c == '='; }

std::vector<std::string_view> literals_of(const SecretRule& rule) { return split(rule.literals, ' '); }

/// Whether one character is repeated over `length` bytes.
bool repeats_itself(std::string_view value, std::size_t length) {
    std::size_t same = 1;
    for (std::size_t i = 1; i < value.size(); ++i) {
        same = value[i] == value[i - 1] ? same + 1 : 1;
        if (same >= length) return true;
    }
    return false;
}

/// Whether a match of the rule may begin right after that byte.
bool may_follow(const SecretRule& rule, char before) {
    return (rule.after_word || !is_word_byte(before)) && rule.not_after.find(before) == std::string_view::npos;
}

/// "scram-sha-256", "engine1_upgrades": words and numbers with separators between them.
bool is_identifier(std::string_view value) {
    std::size_t digits = 0;
    std::size_t letters = 0;
    for (const char c : value) {
        if (is_ascii_digit(c)) {
            if (letters > 0 && ++digits > 2) return false;
        } else if (c >= 'a' && c <= 'z') {
            if (digits > 0) return false;
            ++letters;
        } else if (c == '-' || c == '_' || c == '.' || c == ':') {
            digits = letters = 0;
        } else {
            return false;
        }
    }
    return true;
}

/// Values of the generic rules are names, words and paths far more often than secrets.
bool looks_random(std::string_view value, bool quoted) {
    const bool digit = std::ranges::any_of(value, is_ascii_digit);
    const bool letter = std::ranges::any_of(value, is_ascii_letter);
    if (!digit || !letter) {
        // A quoted password needs no digit when it has what no identifier has.
        const bool punctuation = std::ranges::any_of(value.substr(1, value.size() - 2), [](char c) {
            return std::string_view("!@#%^&*+?~|").find(c) != std::string_view::npos;
        });
        if (!quoted || !letter || !punctuation) return false;
    }
    if (is_identifier(value) || value.find("://") != std::string_view::npos || value.starts_with('/') ||
        value.starts_with("./"))
        return false;
    return quoted || value.find('.') == std::string_view::npos;
}

}  // namespace

double byte_entropy(std::string_view bytes) noexcept {
    std::array<std::size_t, 256> counts{};
    for (const char c : bytes) ++counts[static_cast<unsigned char>(c)];
    double entropy = 0;
    for (const std::size_t count : counts) {
        if (count == 0) continue;
        const double share = static_cast<double>(count) / static_cast<double>(bytes.size());
        entropy -= share * std::log2(share);
    }
    return entropy;
}

bool looks_like_placeholder(std::string_view value) {
    static constexpr auto words = std::to_array<std::string_view>(
        {"example",   "placeholder", "changeme",  "change_me", "change-me", "your-", "your_",  "yourpass", "yourkey",
         "yourtoken", "yoursecret",  "insert",    "replace",   "redacted",  "dummy", "sample", "foobar",   "secret-key",
         "my-secret", "mysecret",    "my_secret", "<",         "${",        "{{",    "%(",     "***",      "..."});
    const std::string lower = ascii_lower(value);
    if (std::ranges::any_of(words, [&](std::string_view word) { return lower.find(word) != std::string::npos; })) {
        return true;
    }
    return repeats_itself(lower, 7);
}

struct SecretFinder::Impl {
    struct Place {
        std::size_t rule;
        std::size_t start;  ///< Of the literal.
    };

    static constexpr std::size_t pem = SIZE_MAX;  ///< Stands for the rule that has no pattern.

    std::vector<std::unique_ptr<RE2>> patterns;
    std::vector<std::string> spelled;  ///< The literals.
    std::vector<std::size_t> rule_of_literal;
    std::unique_ptr<LiteralScanner> scanner;

    Impl() {
        RE2::Options options;
        options.set_log_errors(false);
        options.set_encoding(RE2::Options::EncodingLatin1);  // bytes: offsets stay ours, and no rule needs more
        const auto add_literal = [&](std::string literal, std::size_t rule) {
            std::replace(literal.begin(), literal.end(), '\x1f', ' ');
            spelled.push_back(std::move(literal));
            rule_of_literal.push_back(rule);
        };
        for (std::size_t i = 0; i < secret_rules().size(); ++i) {
            const SecretRule& rule = secret_rules()[i];
            patterns.push_back(std::make_unique<RE2>(rule.pattern, options));
            for (const std::string_view literal : literals_of(rule)) add_literal(std::string(literal), i);
        }
        add_literal(std::string(pem_begin), pem);
        scanner = std::make_unique<LiteralScanner>(std::vector<std::string_view>(spelled.begin(), spelled.end()));
    }

    /// The secret that a rule finds around its literal, if any.
    void match(std::string_view text, const Place& place, std::size_t& searched_to,
               std::vector<Finding>& findings) const {
        const SecretRule& rule = secret_rules()[place.rule];
        std::size_t first = place.start;
        while (first > 0 && place.start - first < rule.bytes_before && first > searched_to &&
               (is_word_byte(text[first - 1]) || text[first - 1] == '~' || text[first - 1] == '.')) {
            --first;
        }
        // Where the literal has a tail to its left, the match may begin at any byte of it.
        for (std::size_t start = first; start <= place.start; ++start) {
            if (start > 0 && !may_follow(rule, text[start - 1])) continue;
            re2::StringPiece found[2];
            const std::size_t end = std::min(text.size(), start + longest_secret);
            const re2::StringPiece input(text.data(), end);
            if (!patterns[place.rule]->Match(input, start, end, RE2::ANCHOR_START, found, 2)) continue;
            const auto begin = static_cast<std::size_t>(found[1].data() - text.data());
            const std::string_view secret = text.substr(begin, found[1].size());
            if (accepts(rule, secret)) {
                findings.push_back({begin, begin + secret.size(), rule.kind});
                // What the generic rules find may be something that a later rule has a name for.
                if (!rule.kind.starts_with("generic-")) searched_to = begin + secret.size();
            }
            return;
        }
    }

    static bool accepts(const SecretRule& rule, std::string_view secret) {
        if (byte_entropy(secret) < rule.min_entropy || looks_like_placeholder(secret)) return false;
        if (rule.kind == "generic-secret") return looks_random(secret, true);
        if (rule.kind == "generic-token") return looks_random(secret, false);
        if (rule.kind == "url-password") return secret != "password" && secret != "pass" && secret != "secret";
        return true;
    }

    /// The places of "-----END", each looked for once.
    class PemEnds {
    public:
        explicit PemEnds(std::string_view text) : text_(text) {}
        /// The first one at or after `start`, which never falls from call to call; the text's size when there is none.
        [[nodiscard]] std::size_t after(std::size_t start) {
            if (!searched_ || at_ < start) at_ = std::min(text_.find(pem_end, start), text_.size());
            searched_ = true;
            return at_;
        }

    private:
        std::string_view text_;
        std::size_t at_ = 0;
        bool searched_ = false;
    };

    /// A PEM block of a private key, or what there is of one. Returns where it ends, `start` when it is none.
    static std::size_t match_pem(std::string_view text, std::size_t start, PemEnds& ends,
                                 std::vector<Finding>& findings) {
        const std::string_view line = text.substr(start, 128);
        const std::size_t key = line.find("PRIVATE KEY");
        if (key == std::string_view::npos || line.substr(0, key).find('\n') != std::string_view::npos) return start;
        const std::size_t body = std::min(text.find_first_not_of('-', start + key + 11), text.size());
        const std::size_t end = ends.after(body);
        const std::size_t next = std::min(text.find(pem_begin, body), text.size());
        std::size_t stop = body;
        if (end < next) {
            stop = end + pem_end.size();
            while (stop < text.size() && (is_ascii_letter(text[stop]) || text[stop] == ' ')) ++stop;
            while (stop < text.size() && text[stop] == '-') ++stop;
        } else {  // cut off: the key's lines as far as they go
            const auto belongs = [](char c) { return is_base64_byte(c) || c == '\n' || c == '\r' || c == '\\'; };
            while (stop < next && belongs(text[stop])) ++stop;
            while (stop > body && (text[stop - 1] == '\n' || text[stop - 1] == '\r')) --stop;
        }
        const std::string_view inner = text.substr(body, std::min(stop, end) - body);
        if (std::ranges::count_if(inner, is_base64_byte) < shortest_key) return start;
        findings.push_back({start, stop, private_key_kind});
        return stop;
    }
};

SecretFinder::SecretFinder() : impl_(std::make_unique<Impl>()) {}
SecretFinder::~SecretFinder() = default;

void SecretFinder::find(std::string_view text, std::vector<Finding>& findings) const {
    std::size_t searched_to = 0;  // nothing begins within what was found
    Impl::PemEnds ends(text);
    impl_->scanner->scan(text, [&](std::uint32_t literal, std::size_t start) {
        if (start < searched_to) return;
        const std::size_t rule = impl_->rule_of_literal[literal];
        if (rule == Impl::pem) {
            searched_to = std::max(searched_to, Impl::match_pem(text, start, ends, findings));
            return;
        }
        const SecretRule& secret = secret_rules()[rule];
        // Nearly every place ends here: "sk-" in "task-", "re_" in "are_".
        if (secret.bytes_before == 0 && start > 0 && !may_follow(secret, text[start - 1])) return;
        if (!is_in_placeholder(text, start)) impl_->match(text, {rule, start}, searched_to, findings);
    });
}

}  // namespace quarry::redact
