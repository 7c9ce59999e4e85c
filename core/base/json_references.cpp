#include "core/base/json_references.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <unordered_map>

#include "core/base/text.h"

namespace quarry {
namespace {

using Json = nlohmann::json;

constexpr int longest_chain = 200;            // references and combinations, each within the one before
constexpr int deepest_nesting = 1000;         // of parts within each other, references followed
constexpr std::size_t most_references = 200;  // the library follows one from within the other

/// A part of a JSON pointer in a URI's fragment: "%25", "~1" and "~0" are "%", "/" and "~".
std::string pointer_part(std::string_view part) {
    std::string plain;
    for (std::size_t i = 0; i < part.size(); ++i) {
        unsigned value = 0;
        const char* const digits = part.data() + i + 1;
        if (part[i] == '%' && i + 2 < part.size() && std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2) {
            plain += static_cast<char>(value);
            i += 2;
        } else if (part[i] == '~' && i + 1 < part.size() && (part[i + 1] == '0' || part[i + 1] == '1')) {
            plain += part[++i] == '0' ? '~' : '/';
        } else {
            plain += part[i];
        }
    }
    return plain;
}

/// What "#/definitions/a" leads to; null when there is nothing.
const Json* find_target(const Json& root, std::string_view reference) {
    const Json* at = &root;
    for (const std::string_view each : split(reference.substr(1), '/')) {
        if (each.empty()) continue;
        const std::string part = pointer_part(each);
        if (at->is_object()) {
            const auto found = at->find(part);
            if (found == at->end()) return nullptr;
            at = &*found;
        } else if (at->is_array()) {
            std::size_t index = 0;
            const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
            if (error != std::errc() || index >= at->size()) return nullptr;
            at = &(*at)[index];
        } else {
            return nullptr;
        }
    }
    return at;
}

const std::string* reference_of(const Json& schema) {
    if (!schema.is_object()) return nullptr;
    const auto found = schema.find("$ref");
    return found != schema.end() && found->is_string() ? &found->get_ref<const std::string&>() : nullptr;
}

std::string shown(std::string_view reference) { return one_line(strip_terminal_controls(reference), 100); }

/// Goes through a schema, and from each part of it to those that the same value is held against.
class ReferenceWalk {
public:
    explicit ReferenceWalk(const Json& root) : root_(root) {}

    /// Looks at all that is in `schema`.
    void look_into(const Json& schema) {
        if (problem_) return;
        if (const std::string* const reference = reference_of(schema)) {
            if (!reference->starts_with('#')) {
                problem_ = fmt::format("its $ref \"{}\" is not in the schema itself", shown(*reference));
            }
            if (++references_ > most_references) {
                problem_ = fmt::format("it has more than {} references", most_references);
            }
        }
        follow(schema, 0);
        if (!schema.is_structured()) return;
        for (const Json& inner : schema) look_into(inner);
    }
    /// Looks at how far references lead into each other, wherever they stand.
    void measure_depth() {
        if (!problem_) static_cast<void>(depth_below(root_, 0));
    }

    [[nodiscard]] const std::optional<std::string>& problem() const noexcept { return problem_; }

private:
    /// The levels below a part, references followed; `level` is its own. What is gone through already counts as none.
    int depth_below(const Json& part, int level) {
        const auto [known, is_new] = depths_.try_emplace(&part, 0);
        if (level + known->second > deepest_nesting && !problem_) {
            problem_ = fmt::format("its references lead more than {} levels into each other", deepest_nesting);
        }
        if (!is_new || problem_) return known->second;
        int deepest = 0;
        if (const std::string* const reference = reference_of(part); reference != nullptr) {
            const Json* const target = reference->starts_with('#') ? find_target(root_, *reference) : nullptr;
            if (target != nullptr) deepest = 1 + depth_below(*target, level + 1);
        }
        if (part.is_structured()) {
            for (const Json& inner : part) deepest = std::max(deepest, 1 + depth_below(inner, level + 1));
        }
        return depths_[&part] = deepest;
    }

    void follow(const Json& schema, int steps) {
        if (problem_ || !schema.is_object()) return;
        const std::string* const reference = reference_of(schema);
        const auto [known, is_new] = on_the_way_.try_emplace(&schema, true);
        if (!is_new && !known->second) return;
        if (!is_new || steps > longest_chain) {
            const std::string which = reference != nullptr ? fmt::format("its $ref \"{}\" leads", shown(*reference))
                                                           : std::string("references in it lead");
            problem_ = which + (is_new ? " on and on" : " back to itself without going into the value");
            return;
        }
        if (reference != nullptr) {  // what is beside it counts for nothing
            const Json* const target = reference->starts_with('#') ? find_target(root_, *reference) : nullptr;
            if (target != nullptr) follow(*target, steps + 1);
        } else {
            follow_combinations(schema, steps + 1);
        }
        on_the_way_[&schema] = false;
    }

    void follow_combinations(const Json& schema, int steps) {
        for (const char* name : {"allOf", "anyOf", "oneOf", "dependencies"}) {
            const auto found = schema.find(name);
            if (found == schema.end() || !found->is_structured()) continue;
            for (const Json& one : *found) follow(one, steps);
        }
        for (const char* name : {"not", "if", "then", "else"}) {
            if (const auto found = schema.find(name); found != schema.end()) follow(*found, steps);
        }
    }

    const Json& root_;
    std::unordered_map<const Json*, int> depths_;
    std::unordered_map<const Json*, bool> on_the_way_;  ///< Of what was met: whether its end is still to come.
    std::optional<std::string> problem_;
    std::size_t references_ = 0;
};

}  // namespace

std::optional<std::string> find_bad_reference(const Json& schema) {
    ReferenceWalk walk(schema);
    walk.look_into(schema);
    walk.measure_depth();
    return walk.problem();
}

}  // namespace quarry
