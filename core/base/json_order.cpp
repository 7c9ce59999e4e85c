#include "core/base/json_order.h"

#include <nlohmann/json.hpp>

#include <string>

namespace quarry {
namespace {

template <typename Value>
int order_of(const Value& left, const Value& right) {
    return left < right ? -1 : right < left ? 1 : 0;
}

/// Exactly: it holds each integer of 64 bits and each double.
long double exact_number(const nlohmann::json& number) {
    if (number.is_number_unsigned()) return static_cast<long double>(number.get<std::uint64_t>());
    if (number.is_number_integer()) return static_cast<long double>(number.get<std::int64_t>());
    return static_cast<long double>(number.get<double>());
}

}  // namespace

int order_json(const nlohmann::json& left, const nlohmann::json& right) {
    if (left.is_number() && right.is_number()) return order_of(exact_number(left), exact_number(right));
    if (left.is_number() != right.is_number()) return left.is_number() ? -1 : 1;
    if (left.type() != right.type()) return order_of(left.type(), right.type());
    if (left.is_string()) return order_of(left.get_ref<const std::string&>(), right.get_ref<const std::string&>());
    if (left.is_boolean()) return order_of(left.get<bool>(), right.get<bool>());
    if (!left.is_structured()) return 0;
    auto one = left.begin();
    auto other = right.begin();
    for (; one != left.end() && other != right.end(); ++one, ++other) {
        const int names = left.is_object() ? order_of(one.key(), other.key()) : 0;
        if (names != 0) return names;
        if (const int values = order_json(*one, *other); values != 0) return values;
    }
    return order_of(left.size(), right.size());
}

}  // namespace quarry
