// Source lines of machine code, from the line tables of the programs and libraries of the process.
#ifndef SAMPAN_LINES_H
#define SAMPAN_LINES_H

#include <string>

namespace sampan {

// "file.cu:12" for the instruction at `pc`, the file relative to the working directory where it is
// below it; empty where the table is missing (a stripped program) or says nothing. Slow: it reads
// the program's file.
std::string source_line(const void *pc);

} // namespace sampan

#endif
