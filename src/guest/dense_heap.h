// SPDX-License-Identifier: Apache-2.0
#pragma once

// V8's heap in one neighbourhood, because a fork pays for every table that an address needs.
//
// V8 asks for each page of its heap at a random address of its own. Sixteen such pages need sixteen tables of every
// level, 4 KB each, in every child: more memory than the sandbox's own objects, and cleared and freed at every fork.
// The library therefore stands in for mmap (as launch/takeover.h does for madvise): where V8 names a random place for a
// small anonymous mapping, it gets the next place in one region of 1 GiB, itself chosen at random in each zygote. What
// is random is then the region, not each page in it; the children of one zygote share the layout in any case.
//
// There is nothing to call: linking the file is enough.
