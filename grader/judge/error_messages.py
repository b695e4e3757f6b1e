"""Messages that Python, NumPy and PyTorch word themselves, whole and one a line.

<name> stands for a word, quoted or not; # for numbers, a shape or a size.
"""
# ruff: noqa: E501

from __future__ import annotations

FORMS = """\
name <name> is not defined
name <name> is not defined. Did you mean: <name>?
local variable <name> referenced before assignment
cannot access local variable <name> where it is not associated with a value
cannot access free variable <name> where it is not associated with a value in enclosing scope
<name> object has no attribute <name>
type object <name> has no attribute <name>
module <name> has no attribute <name>
cannot assign module before Module.__init__() call
No module named <name>
cannot import name <name> from <name>
<name> object is not callable
<name> object is not iterable
<name> object is not subscriptable
<name> object does not support item assignment
object of type <name> has no len()
cannot unpack non-iterable <name> object
unsupported operand type(s) for +: <name> and <name>
unsupported operand type(s) for -: <name> and <name>
unsupported operand type(s) for *: <name> and <name>
unsupported operand type(s) for /: <name> and <name>
unsupported operand type(s) for @: <name> and <name>
unsupported operand type(s) for ** or pow(): <name> and <name>
can't multiply sequence by non-int of type <name>
<name>() missing # required positional argument: <name>
<name>() missing # required positional arguments: <name> and <name>
<name>() got an unexpected keyword argument <name>
<name>() got multiple values for argument <name>
<name>() takes # positional argument but # were given
<name>() takes # positional arguments but # were given
<name>() takes from # to # positional arguments but # were given
division by zero
float division by zero
integer division or modulo by zero
math domain error
list index out of range
tuple index out of range
pop from empty list
not enough values to unpack (expected #, got #)
too many values to unpack (expected #)
maximum recursion depth exceeded
maximum recursion depth exceeded in comparison
maximum recursion depth exceeded while calling a Python object
The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()
only size-# arrays can be converted to Python scalars
only #-dimensional arrays can be converted to Python scalars
only length-# arrays can be converted to Python scalars
setting an array element with a sequence.
operands could not be broadcast together with shapes #
shapes # and # not aligned: # (dim #) != # (dim #)
matmul: Input operand # has a mismatch in its core dimension #, with gufunc signature (n?,k),(k,m?)->(n?,m?) (size # is different from #)
matmul: Input operand # does not have enough dimensions (has #, gufunc core with signature (n?,k),(k,m?)->(n?,m?) requires #)
cannot reshape array of size # into shape #
index # is out of bounds for axis # with size #
too many indices for array: array is #-dimensional, but # were indexed
axis # is out of bounds for array of dimension #
Cannot take a larger sample than population when replace is False
Cannot take a larger sample than population when 'replace=False'
Singular matrix
can only concatenate <name> (not <name>) to <name>
Last # dimensions of the array must be square
mat# and mat# shapes cannot be multiplied (# and #)
mat# and mat# must have the same dtype, but got <name> and <name>
size mismatch, got input #, mat #, vec #
inconsistent tensor size, expected tensor # and src # to have the same number of elements, but got # and # elements respectively
The size of tensor a # must match the size of tensor b # at non-singleton dimension #
Sizes of tensors must match except in dimension #. Expected size # but got size # for tensor number # in the list.
stack expects each tensor to be equal size, but got # at entry # and # at entry #
Given groups=#, weight of size #, expected input# to have # channels, but got # channels instead
Given transposed=#, weight of size #, expected input# to have # channels, but got # channels instead
Expected #D (unbatched) or #D (batched) input to conv#d, but got input of size: #
Calculated padded input size per channel: #. Kernel size: #. Kernel size can't be greater than actual input size
output padding must be smaller than either stride or dilation, but got output_padding_height: # output_padding_width: # stride_height: # stride_width: # dilation_height: # dilation_width: #
shape # is invalid for input of size #
Dimension out of range (expected to be in range of #, but got #)
expected scalar type <name> but found <name>
Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.
index # is out of bounds for dimension # with size #
mat# must be a matrix
dot : expected both vectors to have same dtype, but found <name> and <name>
running_mean should contain # elements not #
expected #D input (got #D input)
expected #D or #D input (got #D input)
Input type (<name>) and bias type (<name>) should be the same
Input type (<name>) and weight type (<name>) should be the same
<name>(): argument <name> (position #) must be Tensor, not <name>
Boolean value of Tensor with more than one value is ambiguous
element # of tensors does not require grad and does not have a grad_fn
a leaf Variable that requires grad is being used in an in-place operation.
Only Tensors of floating point and complex dtype can require gradients
a value of type <name> cannot be sent
a dictionary key of type <name> cannot be sent
an array of dtype <name> cannot be sent
an integer needs more than # bits
the value is nested too deeply to be sent
"""
