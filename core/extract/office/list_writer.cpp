#include "core/extract/office/list_writer.h"

namespace quarry::extract {

void ListWriter::begin_item(int level, std::string_view marker) {
    while (!levels_.empty() && levels_.back() > level) {
        // The last one open may have begun at a deeper level than this item's: they are of one list then.
        if (levels_.size() == 1) levels_.back() = level;
        if (levels_.back() > level) close_level();
    }
    if (!levels_.empty() && levels_.back() == level) {
        builder_.end_item();
    } else {
        builder_.begin_list();
        levels_.push_back(level);
    }
    builder_.begin_item(marker);
}

void ListWriter::close_level() {
    builder_.end_item();
    builder_.end_list();
    levels_.pop_back();
}

void ListWriter::close() {
    while (!levels_.empty()) close_level();
}

}  // namespace quarry::extract
