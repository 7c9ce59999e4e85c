// Lines of a stream that may have a line of any length.

#include "core/base/lines.h"

#include <array>
#include <istream>

namespace quarry {

bool read_line(std::istream& in, std::string& line, std::size_t max_bytes) {
    line.clear();
    std::array<char, 4096> block;
    while (in.good()) {
        in.getline(block.data(), block.size());
        const auto read = static_cast<std::size_t>(in.gcount());
        if (in.fail() && !in.eof() && read + 1 == block.size()) {
            // The block was full before the line's end: not a failure here.
            line.append(block.data(), read);
            in.clear(in.rdstate() & ~std::ios::failbit);
            if (line.size() > max_bytes) return true;
            continue;
        }
        if (in.eof()) {
            line.append(block.data(), read);
            return !line.empty();
        }
        if (in.fail()) return false;
        line.append(block.data(), read - 1);  // Without the line feed, which is counted.
        return true;
    }
    return !line.empty();
}

}  // namespace quarry
