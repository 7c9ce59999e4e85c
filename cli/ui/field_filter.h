#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/line/json_fields.h"
#include "core/base/text_filter.h"

namespace quarry::cli {

/// Writes JSON documents on, cut down to the fields that were chosen. Entries of the list go on one by one, a line
/// each, so that a long list is never held. What is not JSON goes on as it is.
class FieldFilter final : public TextFilter {
public:
    FieldFilter(std::ostream& to, FieldChoice choice) : TextFilter(to), choice_(std::move(choice)) {}
    ~FieldFilter() override;

private:
    void pass(std::string_view text) override;
    void take(char character);
    void open(char bracket);
    void close();
    void begin_list();
    void print_entry();
    void print_document();

    FieldChoice choice_;
    std::string held_;           ///< Of the document, without the entries that went on.
    std::string key_;            ///< The last string that was read at the document's top.
    std::size_t key_start_ = 0;  ///< Where that string begins in `held_`.
    std::size_t entry_start_ = 0;
    std::size_t depth_ = 0;  ///< Brackets that are open.
    bool in_string_ = false;
    bool escaped_ = false;    ///< The character before was a backslash in a string.
    bool in_list_ = false;    ///< Between the brackets of the list.
    bool had_list_ = false;   ///< Its beginning has been printed.
    bool had_entry_ = false;  ///< So has one of its entries.
};

}  // namespace quarry::cli
