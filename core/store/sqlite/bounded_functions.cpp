#include "core/store/sqlite/bounded_functions.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <unordered_set>

#include "core/base/characters.h"

namespace quarry::store {
namespace {

using Arguments = sqlite3_value**;

/// Whether the call may go on; else it has failed.
bool may_run(sqlite3_context* context) {
    const auto& stop = *static_cast<const Stop*>(sqlite3_user_data(context));
    if (!stop()) return true;
    sqlite3_result_error_code(context, SQLITE_INTERRUPT);
    return false;
}

std::string_view text_of(sqlite3_value* value) {
    const auto* const text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return text == nullptr ? std::string_view()
                           : std::string_view(text, static_cast<std::size_t>(sqlite3_value_bytes(value)));
}

std::string_view bytes_of(sqlite3_value* value) {
    const auto* const bytes = static_cast<const char*>(sqlite3_value_blob(value));
    return bytes == nullptr ? std::string_view()
                            : std::string_view(bytes, static_cast<std::size_t>(sqlite3_value_bytes(value)));
}

bool any_null(int count, Arguments arguments) {
    return std::any_of(arguments, arguments + count,
                       [](sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_NULL; });
}

void give_text(sqlite3_context* context, std::string_view text) {
    sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// glibc's memmem is linear (Two-Way). A sanitizer's looks at all of `text` at each call, also where it finds at once:
/// not for the many places of a single byte.
std::size_t find_part(std::string_view text, std::string_view part, std::size_t from = 0) {
    if (from > text.size()) return std::string_view::npos;
    if (part.size() == 1) return text.find(part.front(), from);
    const void* const found = ::memmem(text.data() + from, text.size() - from, part.data(), part.size());
    return found == nullptr ? std::string_view::npos
                            : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

/// The place of the first occurrence from 1 on, in characters, or in bytes of two blobs; 0 for none.
void sql_instr(sqlite3_context* context, int count, Arguments arguments) {
    if (!may_run(context) || any_null(count, arguments)) return;
    const bool blobs =
        sqlite3_value_type(arguments[0]) == SQLITE_BLOB && sqlite3_value_type(arguments[1]) == SQLITE_BLOB;
    const std::string_view text = blobs ? bytes_of(arguments[0]) : text_of(arguments[0]);
    const std::string_view part = blobs ? bytes_of(arguments[1]) : text_of(arguments[1]);
    const std::size_t at = part.empty() ? 0 : find_part(text, part);
    if (at == std::string_view::npos) return sqlite3_result_int(context, 0);
    const std::string_view before = text.substr(0, at);
    const auto characters = blobs ? static_cast<std::ptrdiff_t>(at)
                                  : std::ranges::count_if(before, [](char c) { return !is_utf8_continuation(c); });
    sqlite3_result_int64(context, characters + 1);
}

void sql_replace(sqlite3_context* context, int count, Arguments arguments) {
    if (!may_run(context) || any_null(count, arguments)) return;
    const std::string_view text = text_of(arguments[0]), part = text_of(arguments[1]), with = text_of(arguments[2]);
    if (part.empty()) return give_text(context, text);
    const auto most =
        static_cast<std::size_t>(sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LENGTH, -1));
    std::string result;
    std::size_t from = 0;
    for (std::size_t at = find_part(text, part); at != std::string_view::npos; at = find_part(text, part, from)) {
        result.append(text.substr(from, at - from)).append(with);
        if (result.size() > most) return sqlite3_result_error_toobig(context);
        from = at + part.size();
    }
    result += text.substr(from);
    if (result.size() > most) return sqlite3_result_error_toobig(context);
    give_text(context, result);
}

enum : unsigned { trim_left = 1, trim_right = 2 };

template <unsigned Sides>
void sql_trim(sqlite3_context* context, int count, Arguments arguments) {
    if (!may_run(context) || any_null(count, arguments)) return;
    std::string_view text = text_of(arguments[0]);
    std::unordered_set<std::string_view> taken = {" "};
    const auto character = [](std::string_view of, std::size_t at) {
        std::size_t end = at + 1;
        while (end < of.size() && is_utf8_continuation(of[end])) ++end;
        return of.substr(at, end - at);
    };
    if (count == 2) {
        taken.clear();
        const std::string_view set = text_of(arguments[1]);
        for (std::size_t at = 0; at < set.size(); at += character(set, at).size()) taken.insert(character(set, at));
    }
    while ((Sides & trim_left) != 0 && !text.empty() && taken.contains(character(text, 0))) {
        text.remove_prefix(character(text, 0).size());
    }
    while ((Sides & trim_right) != 0 && !text.empty()) {
        std::size_t start = text.size() - 1;
        while (start > 0 && is_utf8_continuation(text[start])) --start;
        if (!taken.contains(text.substr(start))) break;
        text = text.substr(0, start);
    }
    give_text(context, text);
}

/// X LIKE Y and X GLOB Y come as like(Y, X) and glob(Y, X); a third argument is LIKE's escape character.
template <bool Glob>
void sql_matches(sqlite3_context* context, int count, Arguments arguments) {
    if (!may_run(context) || any_null(count, arguments)) return;
    const std::string_view pattern = text_of(arguments[0]);
    const int longest = sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LIKE_PATTERN_LENGTH, -1);
    if (pattern.size() > static_cast<std::size_t>(longest)) {
        return sqlite3_result_error(context, "LIKE or GLOB pattern too complex", -1);
    }
    unsigned escape = 0;
    if (count == 3) {
        const std::string_view text = text_of(arguments[2]);
        if (text.empty() || decode_utf8(text, 0).length != text.size()) {
            return sqlite3_result_error(context, "ESCAPE expression must be a single character", -1);
        }
        escape = decode_utf8(text, 0).value;
    }
    // Copies, as SQLite's texts may hold a NUL that ends them for it as well.
    const std::string wanted(pattern), text(text_of(arguments[1]));
    const int different =
        Glob ? sqlite3_strglob(wanted.c_str(), text.c_str()) : sqlite3_strlike(wanted.c_str(), text.c_str(), escape);
    sqlite3_result_int(context, different == 0 ? 1 : 0);
}

/// No exception may pass through SQLite.
template <void (*Function)(sqlite3_context*, int, Arguments)>
void guarded_call(sqlite3_context* context, int count, Arguments arguments) noexcept {
    try {
        Function(context, count, arguments);
    } catch (const std::bad_alloc&) {
        sqlite3_result_error_nomem(context);
    } catch (...) {
        sqlite3_result_error(context, "the function failed", -1);
    }
}

struct Replacement {
    const char* name;
    int arguments;
    void (*function)(sqlite3_context*, int, Arguments);
};

}  // namespace

void bound_functions(sqlite3* connection, const Stop& stop) {
    constexpr std::array<Replacement, 11> replacements = {{{"instr", 2, guarded_call<sql_instr>},
                                                           {"replace", 3, guarded_call<sql_replace>},
                                                           {"trim", 1, guarded_call<sql_trim<trim_left | trim_right>>},
                                                           {"trim", 2, guarded_call<sql_trim<trim_left | trim_right>>},
                                                           {"ltrim", 1, guarded_call<sql_trim<trim_left>>},
                                                           {"ltrim", 2, guarded_call<sql_trim<trim_left>>},
                                                           {"rtrim", 1, guarded_call<sql_trim<trim_right>>},
                                                           {"rtrim", 2, guarded_call<sql_trim<trim_right>>},
                                                           {"like", 2, guarded_call<sql_matches<false>>},
                                                           {"like", 3, guarded_call<sql_matches<false>>},
                                                           {"glob", 2, guarded_call<sql_matches<true>>}}};
    for (const Replacement& one : replacements) {
        if (sqlite3_create_function_v2(connection, one.name, one.arguments, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                       const_cast<Stop*>(&stop), one.function, nullptr, nullptr,
                                       nullptr) != SQLITE_OK) {
            throw std::bad_alloc();
        }
    }
}

}  // namespace quarry::store
