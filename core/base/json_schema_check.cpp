#include "core/base/json_schema_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "core/base/json_format.h"
#include "core/base/json_order.h"
#include "core/base/text.h"

namespace quarry {
namespace {

using Json = nlohmann::json;

constexpr std::size_t max_problems = 10;
constexpr int max_check_depth = 500;                // schemas within each other; each takes stack
constexpr std::size_t max_check_steps = 5'000'000;  // about a second
constexpr std::size_t bytes_per_step = 64;          // of a text that is gone through

/// Ends a check that takes too much.
struct TooMuch {
    std::string why;
};

/// Which items or members of a value were looked at, in their order; empty where nobody asks.
using Marks = std::vector<bool>;

/// A schema's rule at work on a value.
struct Task {
    const SchemaNode& node;
    const SchemaPart& part;
    const Json& value;
    Marks& marks;
};

const Json* find_member(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() ? &*found : nullptr;
}

std::size_t count_of(const Json& operand) {  // 2.0 is one too, and 1e300
    const double number = operand.get<double>();
    return number < 1e18 ? static_cast<std::size_t>(number) : std::numeric_limits<std::size_t>::max();
}

std::size_t steps_through(const Json& value) {
    if (value.is_string()) return 1 + value.get_ref<const std::string&>().size() / bytes_per_step;
    std::size_t steps = 1;
    if (value.is_structured()) {
        for (const Json& one : value) steps += steps_through(one);
    }
    return steps;
}

bool is_multiple(double number, double unit) {
    const double times = number / unit;
    if (!std::isfinite(times)) return std::fmod(number, unit) == 0;
    // 19.99 is a multiple of 0.01, though the quotient of the doubles is not whole.
    constexpr double slack = 4 * std::numeric_limits<double>::epsilon();
    return std::abs(times - std::round(times)) <= slack * std::abs(times);
}

bool is_of_type(const Json& value, std::string_view type) {
    if (type == "integer") {
        return value.is_number_integer() ||
               (value.is_number_float() && std::floor(value.get<double>()) == value.get<double>());
    }
    if (type == "number") return value.is_number();
    return type == value.type_name();
}

std::string shown_json(const Json& json) {
    return one_line(json.dump(-1, ' ', false, Json::error_handler_t::replace), 200);
}

class SchemaCheck {
public:
    explicit SchemaCheck(const SchemaGraph& graph) : graph_(graph) {}

    std::vector<std::string> check(const Json& schema, const Json& value) {
        try {
            Marks marks;
            static_cast<void>(apply(graph_.nodes.at(&schema), value, marks));
        } catch (const TooMuch& too_much) {
            problems_.assign(1, too_much.why);
        }
        if (problems_.size() > max_problems) problems_.resize(max_problems);
        return std::move(problems_);
    }

private:
    using Check = bool (SchemaCheck::*)(const Task& task);

    void spend(std::size_t steps) {
        if (steps > steps_left_) throw TooMuch{"it cannot be checked: it takes too many steps by this schema"};
        steps_left_ -= steps;
    }

    /// Notes what `make` says, unless nobody asks.
    template <typename Make>
    bool fail(Make make) {
        if (silent_ > 0 || problems_.size() >= max_problems) return false;
        Json::json_pointer way;
        for (const auto& [name, index] : path_) way.push_back(name != nullptr ? *name : std::to_string(index));
        const std::string problem = fmt::format("{}{}{}", way.to_string(), way.empty() ? "" : ": ", make());
        problems_.push_back(one_line(strip_terminal_controls(replace_invalid_utf8(problem)), 300));
        return false;
    }

    /// Holds a value against a schema, and adds to `marks` what that looked at when the value fits.
    bool apply(const SchemaNode& node, const Json& value, Marks& marks) {
        spend(1);
        if (node.json->is_boolean()) {
            return node.json->get<bool>() || fail([] { return "is not allowed"; });
        }
        if (depth_ >= max_check_depth) throw TooMuch{"it cannot be checked: it is too deep for this schema"};
        ++depth_;
        const bool is_elsewhere = scope_.empty() || scope_.back() != node.resource;
        if (is_elsewhere) scope_.push_back(node.resource);
        Marks own;
        if (graph_.has_unevaluated && value.is_structured()) {
            spend(value.size() / bytes_per_step);
            own.resize(value.size());
        }
        bool fits = true;
        for (const SchemaPart& part : node.parts) {
            if ((this->*check_of(part.rule))({node, part, value, own})) continue;
            fits = false;
            if (silent_ > 0) break;
        }
        if (fits) {
            for (std::size_t i = 0; i < marks.size(); ++i) marks[i] = marks[i] || own[i];
        }
        if (is_elsewhere) scope_.pop_back();
        --depth_;
        return fits;
    }
    bool apply_json(const Json& schema, const Json& value, Marks& marks) {
        return apply(graph_.nodes.at(&schema), value, marks);
    }
    /// Whether it fits, whoever asks; nothing is noted.
    bool try_schema(const Json& schema, const Json& value, Marks& marks) {
        ++silent_;
        const bool fits = apply_json(schema, value, marks);
        --silent_;
        return fits;
    }
    /// Holds a part of a value against a schema.
    bool descend(const SchemaNode& node, const Json& inner, const std::string* name, std::size_t index) {
        path_.emplace_back(name, index);
        Marks marks;
        const bool fits = apply(node, inner, marks);
        path_.pop_back();
        return fits;
    }
    static void mark(Marks& marks, std::size_t index) {
        if (!marks.empty()) marks[index] = true;
    }

    static Check check_of(SchemaRule rule) noexcept;

    bool check_type(const Task& task) {
        const Json& type = *task.part.operand;
        const auto is_it = [&](const Json& one) { return is_of_type(task.value, one.get_ref<const std::string&>()); };
        if (type.is_string() ? is_it(type) : std::any_of(type.begin(), type.end(), is_it)) return true;
        return fail([&] {
            const auto names = type.is_string() ? std::vector<std::string>{type} : type.get<std::vector<std::string>>();
            return fmt::format("must be of type {}, not {}", fmt::join(names, " or "), task.value.type_name());
        });
    }
    bool check_enumeration(const Task& task) {
        spend(steps_through(*task.part.operand));
        const bool is_one = std::any_of(task.part.operand->begin(), task.part.operand->end(),
                                        [&](const Json& one) { return order_json(one, task.value) == 0; });
        return is_one || fail([&] { return "must be one of " + shown_json(*task.part.operand); });
    }
    bool check_constant(const Task& task) {
        spend(steps_through(*task.part.operand));
        return order_json(*task.part.operand, task.value) == 0 ||
               fail([&] { return "must be " + shown_json(*task.part.operand); });
    }

    bool check_number(const Task& task) {
        if (!task.value.is_number()) return true;
        const Json& bound = *task.part.operand;
        const int order = order_json(task.value, bound);
        const auto unless = [&](bool fits, std::string_view wanted) {
            return fits || fail([&] { return fmt::format("must be {} {}", wanted, shown_json(bound)); });
        };
        switch (task.part.rule) {
            case SchemaRule::minimum: return unless(order >= 0, "at least");
            case SchemaRule::maximum: return unless(order <= 0, "at most");
            case SchemaRule::exclusive_minimum: return unless(order > 0, "more than");
            case SchemaRule::exclusive_maximum: return unless(order < 0, "less than");
            default: break;
        }
        if (task.value.is_number_integer() && bound.is_number_integer()) {
            const auto number = task.value.get<std::uint64_t>();
            const bool is_negative = !task.value.is_number_unsigned() && task.value.get<std::int64_t>() < 0;
            return unless((is_negative ? 0 - number : number) % bound.get<std::uint64_t>() == 0, "a multiple of");
        }
        return unless(is_multiple(task.value.get<double>(), bound.get<double>()), "a multiple of");
    }

    bool check_text(const Task& task) {
        if (!task.value.is_string()) return true;
        const std::string& text = task.value.get_ref<const std::string&>();
        spend(text.size() / bytes_per_step);
        if (task.part.rule == SchemaRule::pattern) {
            return task.part.pattern->matches(text) ||
                   fail([&] { return "does not match the pattern " + task.part.operand->get<std::string>(); });
        }
        const std::string& format = task.part.operand->get_ref<const std::string&>();
        return fits_json_format(format, text) || fail([&] { return fmt::format("must be a {} of RFC 3339", format); });
    }

    /// minLength, maxItems and the like.
    bool check_size(const Task& task) {
        const SchemaRule rule = task.part.rule;
        const bool of_text = rule == SchemaRule::shortest || rule == SchemaRule::longest;
        const bool of_items = rule == SchemaRule::fewest_items || rule == SchemaRule::most_items;
        if (of_text ? !task.value.is_string() : of_items ? !task.value.is_array() : !task.value.is_object())
            return true;
        if (of_text) spend(task.value.get_ref<const std::string&>().size() / bytes_per_step);
        const std::size_t size =
            of_text ? count_code_points(task.value.get_ref<const std::string&>()) : task.value.size();
        const std::size_t bound = count_of(*task.part.operand);
        const bool is_least =
            rule == SchemaRule::shortest || rule == SchemaRule::fewest_items || rule == SchemaRule::fewest_members;
        if (is_least ? size >= bound : size <= bound) return true;
        return fail([&] {
            return fmt::format("must have at {} {} {}, and has {}", is_least ? "least" : "most", bound,
                               of_text    ? "characters"
                               : of_items ? "items"
                                          : "members",
                               size);
        });
    }

    bool check_unique_items(const Task& task) {
        if (!task.value.is_array() || !task.part.operand->get<bool>()) return true;
        spend(steps_through(task.value));
        std::vector<const Json*> items;
        for (const Json& item : task.value) items.push_back(&item);
        std::sort(items.begin(), items.end(), [](auto* a, auto* b) { return order_json(*a, *b) < 0; });
        const auto twice =
            std::adjacent_find(items.begin(), items.end(), [](auto* a, auto* b) { return order_json(*a, *b) == 0; });
        return twice == items.end() || fail([&] { return "has a duplicate item: " + shown_json(**twice); });
    }

    bool check_required(const Task& task) { return !task.value.is_object() || has_all(*task.part.operand, task.value); }
    bool has_all(const Json& names, const Json& object) {
        bool fits = true;
        spend(names.size());
        for (const Json& name : names) {
            if (object.contains(name.get_ref<const std::string&>())) continue;
            fits = fail([&] { return shown_json(name) + " is missing"; });
        }
        return fits;
    }
    /// dependentRequired, dependentSchemas, dependencies.
    bool check_dependencies(const Task& task) {
        if (!task.value.is_object()) return true;
        bool fits = true;
        spend(task.part.operand->size());
        for (const auto& [name, needed] : task.part.operand->items()) {
            if (!task.value.contains(name)) continue;
            if (!(needed.is_array() ? has_all(needed, task.value) : apply_json(needed, task.value, task.marks))) {
                fits = false;
            }
        }
        return fits;
    }
    bool check_names(const Task& task) {
        if (!task.value.is_object()) return true;
        bool fits = true;
        Marks marks;
        for (const auto& [name, inner] : task.value.items()) {
            if (try_schema(*task.part.operand, Json(name), marks)) continue;
            fits = fail(
                [&, &name = name] { return fmt::format("the name {} does not fit propertyNames", shown_json(name)); });
        }
        return fits;
    }

    bool check_members(const Task& task) {
        if (!task.value.is_object()) return true;
        const Json* const properties = find_member(*task.node.json, "properties");
        const Json* const others = find_member(*task.node.json, "additionalProperties");
        bool fits = true;
        std::size_t index = 0;
        for (auto member = task.value.begin(); member != task.value.end(); ++member, ++index) {
            const std::string& name = member.key();
            bool is_known = false;
            const auto see = [&](const SchemaNode& node) {
                is_known = true;
                fits = descend(node, *member, &name, 0) && fits;
            };
            spend(1 + task.node.patterns.size() * (1 + name.size() / bytes_per_step));
            if (properties != nullptr) {
                if (const auto own = properties->find(name); own != properties->end()) see(graph_.nodes.at(&*own));
            }
            for (const auto& [pattern, node] : task.node.patterns) {
                if (pattern->matches(name)) see(*node);
            }
            if (!is_known && others != nullptr) see(graph_.nodes.at(others));
            if (is_known) mark(task.marks, index);
            if (!fits && silent_ > 0) return false;
        }
        return fits;
    }

    bool check_items(const Task& task) {
        if (!task.value.is_array()) return true;
        const Json* first = find_member(*task.node.json, "prefixItems");
        const Json* others = find_member(*task.node.json, "items");
        if (task.node.dialect == SchemaDialect::draft_7) {
            first = others != nullptr && others->is_array() ? others : nullptr;
            if (first != nullptr) others = find_member(*task.node.json, "additionalItems");
        }
        bool fits = true;
        for (std::size_t i = 0; i < task.value.size(); ++i) {
            const Json* const schema = first != nullptr && i < first->size() ? &(*first)[i] : others;
            if (schema == nullptr) break;
            mark(task.marks, i);
            fits = descend(graph_.nodes.at(schema), task.value[i], nullptr, i) && fits;
            if (!fits && silent_ > 0) return false;
        }
        return fits;
    }
    bool check_contains(const Task& task) {
        const Json* const schema = find_member(*task.node.json, "contains");
        if (!task.value.is_array() || schema == nullptr) return true;
        const bool is_new = task.node.dialect == SchemaDialect::draft_2020_12;
        const Json* const least = is_new ? find_member(*task.node.json, "minContains") : nullptr;
        const Json* const most = is_new ? find_member(*task.node.json, "maxContains") : nullptr;
        std::size_t found = 0;
        for (std::size_t i = 0; i < task.value.size(); ++i) {
            Marks marks;
            if (!try_schema(*schema, task.value[i], marks)) continue;
            ++found;
            mark(task.marks, i);
        }
        const std::size_t at_least = least != nullptr ? count_of(*least) : 1;
        const bool fits = found >= at_least && (most == nullptr || found <= count_of(*most));
        return fits ||
               fail([&] { return fmt::format("has {} items that fit contains, not as many as it must", found); });
    }

    bool check_reference(const Task& task) { return apply(*target_of(task.part), task.value, task.marks); }
    /// Where a reference leads: a $dynamicRef into the outermost of the schemas on the way here that has its anchor.
    const SchemaNode* target_of(const SchemaPart& part) {
        if (part.dynamic_anchor.empty()) return part.target;
        spend(scope_.size());
        for (const SchemaResource* const resource : scope_) {
            const auto found = resource->dynamic_anchors.find(part.dynamic_anchor);
            if (found != resource->dynamic_anchors.end()) return found->second;
        }
        return part.target;
    }
    bool check_all_of(const Task& task) {
        bool fits = true;
        for (const Json& one : *task.part.operand) fits = apply_json(one, task.value, task.marks) && fits;
        return fits;
    }
    bool check_any_of(const Task& task) {
        const auto noted = static_cast<std::ptrdiff_t>(problems_.size());
        const bool is_one = task.part.rule == SchemaRule::one_of;
        std::size_t fitting = 0;
        for (const Json& one : *task.part.operand) {
            if (apply_json(one, task.value, task.marks)) ++fitting;
            // All must be seen by what asks for what was not looked at.
            if (fitting > 0 && !is_one && task.marks.empty()) break;
        }
        if (fitting == 1 || (fitting > 1 && !is_one)) {
            problems_.erase(problems_.begin() + noted, problems_.end());
            return true;
        }
        std::vector<std::string> of_each(problems_.begin() + noted, problems_.end());
        if (fitting > 1) of_each.clear();
        problems_.erase(problems_.begin() + noted, problems_.end());
        static_cast<void>(fail([&] {
            return fmt::format("fits {} of the {} schemas of {}, not {}", fitting, task.part.operand->size(),
                               is_one ? "oneOf" : "anyOf", is_one ? "exactly one" : "one");
        }));
        problems_.insert(problems_.end(), of_each.begin(), of_each.end());
        return false;
    }
    bool check_negation(const Task& task) {
        Marks marks;
        return !try_schema(*task.part.operand, task.value, marks) ||
               fail([&] { return "must not fit " + shown_json(*task.part.operand); });
    }
    bool check_condition(const Task& task) {
        const Json* const condition = find_member(*task.node.json, "if");
        if (condition == nullptr) return true;
        const char* const next = try_schema(*condition, task.value, task.marks) ? "then" : "else";
        const Json* const schema = find_member(*task.node.json, next);
        return schema == nullptr || apply_json(*schema, task.value, task.marks);
    }

    /// What no other keyword looked at. Those run before: they come first in SchemaRule.
    bool check_unevaluated(const Task& task) {
        const bool of_items = task.part.rule == SchemaRule::unevaluated_items;
        if (of_items ? !task.value.is_array() : !task.value.is_object()) return true;
        const SchemaNode& node = graph_.nodes.at(task.part.operand);
        bool fits = true;
        std::size_t index = 0;
        for (auto inner = task.value.begin(); inner != task.value.end(); ++inner, ++index) {
            if (task.marks[index]) continue;
            task.marks[index] = true;
            fits = descend(node, *inner, of_items ? nullptr : &inner.key(), index) && fits;
        }
        return fits;
    }

    const SchemaGraph& graph_;
    std::vector<std::string> problems_;
    std::vector<std::pair<const std::string*, std::size_t>> path_;
    std::vector<const SchemaResource*> scope_;  ///< The resources on the way here, the outermost first.
    std::size_t steps_left_ = max_check_steps;
    int depth_ = 0;
    int silent_ = 0;
};

SchemaCheck::Check SchemaCheck::check_of(SchemaRule rule) noexcept {
    switch (rule) {
        case SchemaRule::none: break;
        case SchemaRule::type: return &SchemaCheck::check_type;
        case SchemaRule::enumeration: return &SchemaCheck::check_enumeration;
        case SchemaRule::constant: return &SchemaCheck::check_constant;
        case SchemaRule::minimum:
        case SchemaRule::maximum:
        case SchemaRule::exclusive_minimum:
        case SchemaRule::exclusive_maximum:
        case SchemaRule::multiple: return &SchemaCheck::check_number;
        case SchemaRule::pattern:
        case SchemaRule::format: return &SchemaCheck::check_text;
        case SchemaRule::shortest:
        case SchemaRule::longest:
        case SchemaRule::fewest_items:
        case SchemaRule::most_items:
        case SchemaRule::fewest_members:
        case SchemaRule::most_members: return &SchemaCheck::check_size;
        case SchemaRule::unique_items: return &SchemaCheck::check_unique_items;
        case SchemaRule::required: return &SchemaCheck::check_required;
        case SchemaRule::dependent_required:
        case SchemaRule::dependent_schemas:
        case SchemaRule::dependencies: return &SchemaCheck::check_dependencies;
        case SchemaRule::names: return &SchemaCheck::check_names;
        case SchemaRule::members: return &SchemaCheck::check_members;
        case SchemaRule::items: return &SchemaCheck::check_items;
        case SchemaRule::contains: return &SchemaCheck::check_contains;
        case SchemaRule::reference:
        case SchemaRule::dynamic_reference: return &SchemaCheck::check_reference;
        case SchemaRule::all_of: return &SchemaCheck::check_all_of;
        case SchemaRule::any_of:
        case SchemaRule::one_of: return &SchemaCheck::check_any_of;
        case SchemaRule::negation: return &SchemaCheck::check_negation;
        case SchemaRule::condition: return &SchemaCheck::check_condition;
        case SchemaRule::unevaluated_items:
        case SchemaRule::unevaluated_members: return &SchemaCheck::check_unevaluated;
    }
    return &SchemaCheck::check_type;  // no node has a part of none
}

}  // namespace

std::vector<std::string> check_by_schema(const SchemaGraph& graph, const Json& schema, const Json& value) {
    return SchemaCheck(graph).check(schema, value);
}

}  // namespace quarry
